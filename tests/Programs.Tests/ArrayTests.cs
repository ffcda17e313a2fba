using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SweepCluster.Programs.Arrays;

namespace SweepCluster.Programs.Tests;

public sealed class ArrayTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sweep-arrays-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("<f4", "(3,)", "0000803F000000C00000003F", 1f, -2f, 0.5f)]
    [InlineData(">f4", "(3,)", "3F800000C00000003F000000", 1f, -2f, 0.5f)]
    [InlineData("<f2", "(1, 3)", "003C00C00038", 1f, -2f, 0.5f)]
    [InlineData("<f8", "(3, 1)", "000000000000F03F00000000000000C0000000000000E03F", 1f, -2f, 0.5f)]
    public void A_npy_file_of_any_float_is_read(string type, string shape, string numbers, params float[] expected) =>
        Assert.Equal(expected, NpyReader.Read(Npy($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}", Convert.FromHexString(numbers))));

    [Theory]
    [InlineData("{'descr': '<i4', 'fortran_order': False, 'shape': (1,), }", "its numbers are of type 'i4', expected f4 (float32), f8 or f2")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "its header does not name the type and shape of one array of numbers")]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2), }", "its shape (1, 2) needs 8 bytes, found 4")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 99999999999999999999), }", "its shape has more numbers than a file may")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "its shape (2) needs 8 bytes, found 4")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", "its shape has more numbers than a file may")]
    public void A_npy_file_that_is_no_list_of_floats_says_why(string header, string reason) =>
        Assert.Equal(reason, Assert.Throws<InvalidDataException>(() => NpyReader.Read(Npy(header, new byte[4]))).Message);

    [Theory]
    [InlineData("(2, 3)", 0, 2, 4, 1, 3, 5)]
    [InlineData("(3, 2)", 0, 3, 1, 4, 2, 5)]
    [InlineData("(1, 2, 3)", 0, 2, 4, 1, 3, 5)]
    [InlineData("(6,)", 0, 1, 2, 3, 4, 5)]
    [InlineData("(6, 1, 1)", 0, 1, 2, 3, 4, 5)]
    public void A_transposed_array_is_read_row_by_row(string shape, params int[] expected)
    {
        var numbers = Enumerable.Range(0, 6).SelectMany(i => BitConverter.GetBytes((float)i)).ToArray();
        Assert.Equal(expected.Select(i => (float)i), NpyReader.Read(Npy($"{{'descr': '<f4', 'fortran_order': True, 'shape': {shape}, }}", numbers)));
    }

    [Fact]
    public void An_array_of_too_many_axes_is_refused() => Assert.Equal(
        "its shape has 65 axes, expected at most 64",
        Assert.Throws<InvalidDataException>(() => NpyReader.Read(Npy($"{{'descr': '<f4', 'fortran_order': True, 'shape': ({string.Concat(Enumerable.Repeat("1,", 65))}), }}", new byte[4]))).Message);

    [Fact]
    public void Tensors_come_in_the_order_in_which_they_lie()
    {
        var content = Safetensors("""{"__metadata__":{"a":"b"},"second":{"dtype":"F16","shape":[2],"data_offsets":[4,8]},"first":{"dtype":"BF16","shape":[1,2],"data_offsets":[0,4]}}""", "803F00C0003800BC");
        Assert.Equal([1f, -2f, 0.5f, -1f], SafetensorsReader.Read(content));
    }

    [Fact]
    public void What_counts_and_does_not_learn_is_left_out() => Assert.Equal(
        [1f], SafetensorsReader.Read(Safetensors("""{"steps":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"on":{"dtype":"BOOL","shape":[1],"data_offsets":[12,13]},"w":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", "05000000000000000000803F01")));

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "tensor 'a' of 2 numbers lies at bytes 0 to 4 of 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", "tensor 'a' of 2 numbers lies at bytes 4 to 12 of 8")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}""", "tensor 'a' is of type F8_E4M3, expected F32, F64, F16 or BF16")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2,-1],"data_offsets":[0,8]}}""", "its header is not the JSON of tensors (dtype, shape, data_offsets)")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "its bytes 0 to 4 are of no tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "its bytes 4 to 8 are of no tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807,4],"data_offsets":[0,8]}}""", "its header is not the JSON of tensors (dtype, shape, data_offsets)")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "two of its tensors overlap")]
    [InlineData("[]", "its header is not the JSON of tensors (dtype, shape, data_offsets)")]
    public void A_safetensors_file_that_lies_about_itself_says_where(string header, string reason) =>
        Assert.Equal(reason, Assert.Throws<InvalidDataException>(() => SafetensorsReader.Read(Safetensors(header, "0000803F000000C0"))).Message);

    [Fact]
    public void No_change_of_a_byte_does_worse_than_being_refused() => Prop.ForAll<int, byte, bool>((at, replacement, npy) =>
    {
        var content = npy ? Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", new byte[12])
            : Safetensors("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "0000803F000000C0");
        content[Math.Abs((long)at) % content.Length] = replacement;
        try
        {
            return (npy ? NpyReader.Read(content) : SafetensorsReader.Read(content)).Length <= content.Length;
        }
        catch (InvalidDataException e)
        {
            return e.Message.Length > 0;
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_file_that_is_no_file_is_refused_at_once()
    {
        var pipe = Path.Combine(_folder, "pipe.npy");
        using (var made = System.Diagnostics.Process.Start("mkfifo", pipe)) made.WaitForExit();
        Assert.Equal($"snapshot {pipe}: it is no plain file", Refused(pipe));
        Assert.EndsWith("no such file", Refused(Path.Combine(_folder, "missing.npy")));
        Assert.EndsWith("expected a file that ends in .npy or .safetensors", Refused(Write("theta.txt", "1 2 3"u8)));
        using (var large = File.Create(Path.Combine(_folder, "large.npy"))) large.SetLength(ParameterFile.MostBytes + 1L);
        Assert.EndsWith("at most 67,108,864 bytes are taken, found 67,108,865", Refused(Path.Combine(_folder, "large.npy")));
        Assert.EndsWith("parameter 1 is NaN", Refused(Write("nan.npy", Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", [0, 0, 0, 0, 0, 0, 0xC0, 0x7F]))));
        Assert.EndsWith("it holds no numbers", Refused(Write("empty.npy", Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }", []))));
    }

    [Fact]
    public void A_fit_has_its_columns_in_any_order()
    {
        var fit = FitFile.Parse("target,x1,x2,prediction,part,spread\r\n1,2,3,4,train,0.1\r\n5,6,7,8,test,0.2\r\n\r\n");
        Assert.Equal(2, fit.Inputs);
        Assert.Equal([2f, 3, 6, 7], fit.X);
        Assert.Equal(([1f, 5], [4f, 8], ["train", "test"], [0.1f, 0.2f]), (fit.Target, fit.Prediction, fit.Parts, fit.Spread!), EqualityComparer<(float[], float[], string[], float[])>.Create(
            (a, b) => a.Item1.SequenceEqual(b.Item1) && a.Item2.SequenceEqual(b.Item2) && a.Item3.SequenceEqual(b.Item3) && a.Item4.SequenceEqual(b.Item4)));
        Assert.Null(FitFile.Parse("x,target,prediction\n1,2,3").Spread);
        Assert.Equal([2f], FitFile.Parse("\"x\",\"target\",\"prediction\"\n \"1\" , 2, 3").Target);
    }

    [Theory]
    [InlineData("a,b\n1,2", "expected the columns x (or x1, x2, …), target, prediction, and perhaps part and spread, found 'a,b'")]
    [InlineData("x,target,prediction\n1,2", "line 2: expected 3 values, found 2")]
    [InlineData("x,target,prediction\n1,2,3\n1,nan,3", "line 3: target must be a number, found 'nan'")]
    [InlineData("x,target,prediction,part\n1,2,3,dev", "line 2: part must be train, validation or test, found 'dev'")]
    [InlineData("x,target,prediction,spread\n1,2,3,-0.5", "line 2: spread must be >= 0, found -0.5")]
    [InlineData("x,target,prediction\n", "it has no rows")]
    public void A_fit_that_is_none_says_where(string text, string reason) =>
        Assert.Equal(reason, Assert.Throws<InvalidDataException>(() => FitFile.Parse(text)).Message);

    private static string Refused(string path) => Assert.Throws<InvalidDataException>(() => ParameterFile.Read(path)).Message;

    private string Write(string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private static byte[] Npy(string header, byte[] numbers)
    {
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)(header.Length + 1));
        return [0x93, .. "NUMPY"u8, 1, 0, .. length, .. Encoding.ASCII.GetBytes(header + "\n"), .. numbers];
    }

    private static byte[] Safetensors(string header, string numbers)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. Encoding.ASCII.GetBytes(header), .. Convert.FromHexString(numbers)];
    }
}
