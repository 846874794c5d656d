package risk

import "math"

// Interval is a number from 0 to 1 that may not be known exactly. Low and High bound it;
// Expected is what to go by. All three are equal when it is known.
type Interval struct {
	Low, Expected, High float64
}

// Exactly returns the interval of a known number.
func Exactly(p float64) Interval { return Interval{p, p, p} }

// Valid reports whether 0 <= Low <= Expected <= High <= 1.
func (i Interval) Valid() bool {
	return i.Low >= 0 && i.Low <= i.Expected && i.Expected <= i.High && i.High <= 1
}

// Known reports whether the number is known exactly.
func (i Interval) Known() bool { return i.Low == i.High }

// Times returns the product of two independent numbers.
func (i Interval) Times(o Interval) Interval {
	return Interval{i.Low * o.Low, i.Expected * o.Expected, i.High * o.High}
}

// either returns the chance that at least one of two independent things happens.
func (i Interval) either(o Interval) Interval {
	or := func(a, b float64) float64 { return 1 - (1-a)*(1-b) }
	return Interval{or(i.Low, o.Low), or(i.Expected, o.Expected), or(i.High, o.High)}
}

// root returns the square roots.
func (i Interval) root() Interval {
	return Interval{math.Sqrt(i.Low), math.Sqrt(i.Expected), math.Sqrt(i.High)}
}
