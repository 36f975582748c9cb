using System.Data;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace Hub.SharedKernel.Data;

/// <summary>Dapper's conventions for this product. Set before the first query: Dapper caches what it generated for a statement.</summary>
public static class DapperSetup
{
    private static readonly Lock Gate = new();
    private static bool done;

    public static void Apply()
    {
        lock (Gate)
        {
            if (done)
                return;
            DefaultTypeMap.MatchNamesWithUnderscores = true;
            SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
            SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
            SqlMapper.AddTypeHandler(new UtcTime());
            SqlMapper.AddTypeHandler(new Json());
            SqlMapper.AddTypeHandler(new JsonTree());
            SqlMapper.AddTypeHandler(new Array<string>());
            SqlMapper.AddTypeHandler(new Array<long>());
            SqlMapper.AddTypeHandler(new Array<Guid>());
            SqlMapper.AddTypeHandler(new Array<double>());
            SqlMapper.AddTypeHandler(new ReadOnlyArray<string>());
            SqlMapper.AddTypeHandler(new ReadOnlyArray<long>());
            done = true;
        }
    }

    private sealed class UtcTime : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.ToUniversalTime();

        public override DateTimeOffset Parse(object value) => value switch
        {
            DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
            DateTimeOffset time => time,
            _ => throw new InvalidCastException($"{value.GetType().Name} is not a time"),
        };
    }

    private sealed class Json : SqlMapper.TypeHandler<JsonElement>
    {
        public override void SetValue(IDbDataParameter parameter, JsonElement value)
        {
            parameter.Value = value.ValueKind is JsonValueKind.Undefined ? DBNull.Value : value.GetRawText();
            ((NpgsqlParameter)parameter).NpgsqlDbType = NpgsqlDbType.Jsonb;
        }

        public override JsonElement Parse(object value) => JsonElement.Parse((string)value);
    }

    private sealed class JsonTree : SqlMapper.TypeHandler<JsonObject>
    {
        public override void SetValue(IDbDataParameter parameter, JsonObject? value)
        {
            parameter.Value = value is null ? DBNull.Value : value.ToJsonString();
            ((NpgsqlParameter)parameter).NpgsqlDbType = NpgsqlDbType.Jsonb;
        }

        public override JsonObject Parse(object value) => JsonNode.Parse((string)value)!.AsObject();
    }

    private sealed class Array<T> : SqlMapper.TypeHandler<T[]>
    {
        public override void SetValue(IDbDataParameter parameter, T[]? value) => parameter.Value = (object?)value ?? DBNull.Value;

        public override T[] Parse(object value) => (T[])value;
    }

    private sealed class ReadOnlyArray<T> : SqlMapper.TypeHandler<IReadOnlyList<T>>
    {
        public override void SetValue(IDbDataParameter parameter, IReadOnlyList<T>? value) => parameter.Value = (object?)value?.ToArray() ?? DBNull.Value;

        public override IReadOnlyList<T> Parse(object value) => (T[])value;
    }
}
