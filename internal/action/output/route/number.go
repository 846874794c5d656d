package route

import "math"

// Points rounds a score or a risk to whole points. What is no number is 0.
func Points(v float64) int {
	if math.IsNaN(v) {
		return 0
	}
	return int(math.Round(min(max(v, -math.MaxInt32), math.MaxInt32)))
}

// Percent is a part of a whole in whole percents, rounded down: what is not all never
// shows as all.
func Percent(share float64) int {
	const nearly = 1e-9 // what floating point loses
	return int(math.Floor(100*min(max(share, 0), 1) + nearly))
}
