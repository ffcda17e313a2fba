using YamlDotNet.RepresentationModel;

namespace SweepCluster.Deploy.Tests.Files;

/// <summary>YAML of the checkout as nodes, with merge keys (&lt;&lt;) written out as Compose does.</summary>
internal static class Yaml
{
    public static IReadOnlyList<YamlMappingNode> Read(string file) => Parse(Checkout.Read(file));

    public static IReadOnlyList<YamlMappingNode> Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(d => (YamlMappingNode)Merged(d.RootNode))];
    }

    /// <summary>What a path of keys leads to; null where it leads nowhere.</summary>
    public static YamlNode? At(this YamlNode node, params string[] path) =>
        path.Aggregate<string, YamlNode?>(node, (at, key) => (at as YamlMappingNode)?.Children.TryGetValue(key, out var next) == true ? next : null);

    public static string[] Words(this YamlNode? node) => node is YamlSequenceNode list ? [.. list.Children.Select(c => $"{c}")] : [];

    private static YamlNode Merged(YamlNode node)
    {
        if (node is YamlSequenceNode list) return new YamlSequenceNode(list.Children.Select(Merged));
        if (node is not YamlMappingNode map) return node;
        var result = new YamlMappingNode();
        if (map.Children.TryGetValue("<<", out var under))
            foreach (var (key, value) in ((YamlMappingNode)Merged(under)).Children) result.Children[key] = value;
        foreach (var (key, value) in map.Children.Where(e => $"{e.Key}" != "<<")) result.Children[key] = Merged(value);
        return result;
    }
}
