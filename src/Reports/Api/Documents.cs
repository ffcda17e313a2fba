using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace SweepCluster.Reports.Api;

/// <summary>What the OpenAPI document says beyond what the endpoints say of themselves.</summary>
internal static class Documents
{
    private static readonly string[] Repeatable = ["where", "sweep"];

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "sweep reports",
                Version = "1",
                Description = "Sweeps, trials, losses, parameters and figures of one store. Numbers that JSON cannot hold are the texts \"NaN\", \"Infinity\" and \"-Infinity\". Errors are application/problem+json; any request may also meet 401, 403, 421, 429 and 503.",
            };
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["token"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "Needed where the service was started with tokens. Launch and cancel need one of the role launch." },
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("token", document)] = [] }];
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            // The generator calls a number that may also be "NaN" an object.
            var type = context.JsonTypeInfo.Type;
            if (type != typeof(double) && type != typeof(double?))
                return Task.CompletedTask;
            (schema.Type, schema.Format, schema.Enum) = (null, null, null);
            schema.AnyOf = [new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" }, new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["NaN", "Infinity", "-Infinity"] }];
            if (type == typeof(double?))
                schema.AnyOf.Add(new OpenApiSchema { Type = JsonSchemaType.Null });
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var taken = context.Description.ActionDescriptor.EndpointMetadata.OfType<Taken>().SelectMany(t => t.Names);
            foreach (var name in taken)
            {
                var text = new OpenApiSchema { Type = name is "limit" or "replicate" or "points" or "priority" ? JsonSchemaType.Integer : JsonSchemaType.String };
                (operation.Parameters ??= []).Add(new OpenApiParameter
                {
                    Name = name,
                    In = ParameterLocation.Query,
                    Schema = Repeatable.Contains(name) ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = text } : text,
                });
            }

            return Task.CompletedTask;
        });
    }

    /// <summary>Names the query parameters that an endpoint reads by itself.</summary>
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder endpoint, params string[] names) => endpoint.WithMetadata(new Taken(names));

    /// <summary>The result with a Location.</summary>
    public static IResult At(this IResult result, HttpContext context, string location)
    {
        context.Response.Headers.Location = location;
        return result;
    }

    private sealed record Taken(string[] Names);
}
