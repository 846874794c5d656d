package compile

// table is a formula over the open tests of a decision: bit n is its value when each
// test has the outcome of its bit in n. Where the two words differ it hangs on what
// nothing can settle: lo is what holds in any case, hi what may hold.
type table struct{ lo, hi uint64 }

// mostTests is how many tests a table is over.
const mostTests = 6

const everywhere = ^uint64(0)

// columns are the tables of single tests.
func column(test int) uint64 {
	switch test {
	case 0:
		return 0xAAAAAAAAAAAAAAAA
	case 1:
		return 0xCCCCCCCCCCCCCCCC
	case 2:
		return 0xF0F0F0F0F0F0F0F0
	case 3:
		return 0xFF00FF00FF00FF00
	case 4:
		return 0xFFFF0000FFFF0000
	default:
		return 0xFFFFFFFF00000000
	}
}

func certain(holds bool) table {
	if holds {
		return table{everywhere, everywhere}
	}
	return table{}
}

// unsure is a formula of which nothing is known.
func unsure() table { return table{0, everywhere} }

func (t table) and(u table) table { return table{t.lo & u.lo, t.hi & u.hi} }

func (t table) or(u table) table { return table{t.lo | u.lo, t.hi | u.hi} }

func (t table) not() table { return table{^t.hi, ^t.lo} }

// never and always tell what holds whatever the tests come to.
func (t table) never() bool { return t.hi == 0 }

func (t table) always() bool { return t.lo == everywhere }

// forget makes what hangs on one test hang on what nothing can settle.
func (t table) forget(test int) table {
	one, shift := column(test), 1<<test
	spread := func(word uint64) (without, with uint64) {
		without, with = word&^one, word&one
		return without | without<<shift, with | with>>shift
	}
	lo0, lo1 := spread(t.lo)
	hi0, hi1 := spread(t.hi)
	return table{lo0 & lo1, hi0 | hi1}
}
