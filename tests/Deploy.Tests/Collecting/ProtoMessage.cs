using System.Buffers.Binary;

namespace SweepCluster.Deploy.Tests.Collecting;

/// <summary>The fields of one protobuf message, as far as reading OTLP takes it: varints, 64 bits, bytes.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Field, ulong Number, byte[] Bytes)> _fields = [];

    public ProtoMessage(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var tag = Varint(bytes, ref at);
            var field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0: _fields.Add((field, Varint(bytes, ref at), [])); break;
                case 1: _fields.Add((field, BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at)), [])); at += 8; break;
                case 2:
                    var length = (int)Varint(bytes, ref at);
                    _fields.Add((field, 0, bytes[at..(at + length)]));
                    at += length;
                    break;
                case 5: at += 4; break;
                default: throw new FormatException($"wire type {tag & 7}");
            }
        }
    }

    public IEnumerable<ProtoMessage> All(int field) => _fields.Where(f => f.Field == field).Select(f => new ProtoMessage(f.Bytes));

    public ProtoMessage? One(int field) => All(field).FirstOrDefault();

    public string Text(int field) => System.Text.Encoding.UTF8.GetString(_fields.FirstOrDefault(f => f.Field == field).Bytes ?? []);

    public ulong? Number(int field) => _fields.Any(f => f.Field == field) ? _fields.First(f => f.Field == field).Number : null;

    private static ulong Varint(byte[] bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            value |= (ulong)(bytes[at] & 0x7f) << shift;
            if (bytes[at++] < 0x80) return value;
        }
    }
}
