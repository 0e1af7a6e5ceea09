// Student's distribution: how far chance alone may move the mean of a few runs.
import Glibc

/// Student's t distribution. Pure arithmetic.
public enum StudentT {
    /// The two-sided quantile t for this many degrees of freedom and this confidence; 0.95 and 4 give 2.776. Infinite below one degree of
    /// freedom.
    public static func quantile(confidence: Double, freedom: Double) -> Double {
        guard freedom >= 1, confidence < 1 else { return .infinity }
        let outside = 1 - max(0, confidence)
        // Beyond that it is the normal distribution, to four digits.
        let freedom = min(freedom, 1e6)
        var (low, high) = (0.0, 1.0)
        while bothTails(high, freedom) > outside { high *= 2 }
        for _ in 0..<200 where high - low > 1e-12 * high {
            let middle = (low + high) / 2
            if bothTails(middle, freedom) > outside { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The probability of being further from 0 than t: I_x(v/2, 1/2) at x = v / (v + t^2) (Abramowitz and Stegun, 26.7.1).
    static func bothTails(_ t: Double, _ freedom: Double) -> Double {
        incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5)
    }

    /// The regularised incomplete beta function, by its continued fraction (Abramowitz and Stegun, 26.5.8).
    private static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        // The fraction converges fast on this side only; the function is symmetric.
        if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
        let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
        // Lentz's method.
        let tiny = 1e-300
        var (c, d, result) = (1.0, 0.0, 1.0)
        for step in 0..<10_000 {
            let m = Double(step / 2)
            let factor =
                if step == 0 {
                    1.0
                } else if step % 2 == 0 {
                    m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                } else {
                    -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
                }
            d = 1 + factor * d
            d = 1 / (abs(d) < tiny ? tiny : d)
            c = 1 + factor / c
            c = abs(c) < tiny ? tiny : c
            result *= c * d
            if abs(c * d - 1) < 1e-14 { break }
        }
        return front * (result - 1)
    }
}
