package estate

import "fmt"

// Tri is a three-valued answer under Kleene's logic. Its zero value is Maybe,
// so an answer nobody filled in can never pass for a yes or a no. Values
// outside the three constants behave as Maybe.
type Tri uint8

// The three answers. Maybe means the facts at hand allow both others.
const (
	Maybe Tri = iota
	No
	Yes
)

// TriOf turns a settled boolean into Yes or No.
func TriOf(settled bool) Tri {
	if settled {
		return Yes
	}
	return No
}

// And returns No when either side is No, Yes when both are Yes, else Maybe.
func (t Tri) And(other Tri) Tri {
	switch {
	case t == No || other == No:
		return No
	case t == Yes && other == Yes:
		return Yes
	default:
		return Maybe
	}
}

// Or returns Yes when either side is Yes, No when both are No, else Maybe.
func (t Tri) Or(other Tri) Tri {
	return t.Not().And(other.Not()).Not()
}

// Not swaps Yes and No and leaves Maybe alone.
func (t Tri) Not() Tri {
	switch t {
	case Yes:
		return No
	case No:
		return Yes
	default:
		return Maybe
	}
}

// String returns "yes", "no" or "unknown".
func (t Tri) String() string {
	switch t {
	case Yes:
		return "yes"
	case No:
		return "no"
	default:
		return "unknown"
	}
}

// MarshalJSON writes true, false or null.
func (t Tri) MarshalJSON() ([]byte, error) {
	switch t {
	case Yes:
		return []byte("true"), nil
	case No:
		return []byte("false"), nil
	default:
		return []byte("null"), nil
	}
}

// UnmarshalJSON reads true, false or null and refuses everything else.
func (t *Tri) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case "true":
		*t = Yes
	case "false":
		*t = No
	case "null":
		*t = Maybe
	default:
		return fmt.Errorf("read three-valued answer: want true, false or null, got %.20q", data)
	}
	return nil
}
