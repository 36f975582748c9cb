using System.Numerics;

namespace Hub.Integrations.Keys;

/// <summary>Numbers in the digits 0-9, A-Z, a-z.</summary>
internal static class Base62
{
    public const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Bytes as one big-endian number, always as long as the largest number of so many bytes needs: 43 digits for 32 bytes.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var number = new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
        var text = new char[LengthFor(bytes.Length)];
        for (var i = text.Length - 1; i >= 0; i--)
        {
            number = BigInteger.DivRem(number, Digits.Length, out var digit);
            text[i] = Digits[(int)digit];
        }

        return new string(text);
    }

    private static int LengthFor(int bytes) => (int)Math.Ceiling(bytes * 8 / Math.Log2(Digits.Length));
}
