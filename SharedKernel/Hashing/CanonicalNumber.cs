using System.Globalization;

namespace Hub.SharedKernel.Hashing;

/// <summary>A decimal number in its shortest form, digit by digit and therefore exact: 1, 1.0, 10e-1 and 0.1E1 are all written 1.</summary>
public static class CanonicalNumber
{
    private const int LargestExponent = 308;

    /// <param name="text">A number as JSON spells it.</param>
    /// <returns>Null when its size is beyond that of a double.</returns>
    public static string? Of(string text)
    {
        var negative = text[0] == '-';
        var mantissa = text.AsSpan(negative ? 1 : 0);
        long exponent = 0;
        if (mantissa.IndexOfAny('e', 'E') is var e and >= 0)
        {
            if (!long.TryParse(mantissa[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
                exponent = long.MaxValue / 2;
            mantissa = mantissa[..e];
        }

        var point = mantissa.IndexOf('.');
        var whole = point < 0 ? mantissa.Length : point;
        var all = point < 0 ? mantissa.ToString() : string.Concat(mantissa[..point], mantissa[(point + 1)..]);
        var digits = all.TrimStart('0');
        // Where the point stands, counted from the first digit that is not zero.
        var scale = exponent + whole - (all.Length - digits.Length);
        digits = digits.TrimEnd('0');
        if (digits.Length == 0)
            return "0";
        return Math.Abs(scale) > LargestExponent ? null : (negative ? "-" : "") + Spell(digits, (int)scale);
    }

    private static string Spell(string digits, int scale) => scale switch
    {
        > 0 and <= 21 when digits.Length <= scale => digits.PadRight(scale, '0'),
        > 0 and <= 21 => $"{digits[..scale]}.{digits[scale..]}",
        > -6 and <= 0 => $"0.{new string('0', -scale)}{digits}",
        _ => string.Create(CultureInfo.InvariantCulture, $"{digits[..1]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{scale - 1}"),
    };
}
