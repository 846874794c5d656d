package reference

import "strings"

// ResourceTypesOf returns the types that an ARN without wildcards may be of: those
// whose form matches and leaves the least open, so that an object is no bucket. It is
// empty for an ARN that no type has.
//
// What is filled in holds no ":" or "/" unless no form matches otherwise: a role's name
// may hold its path.
func (t *Table) ResourceTypesOf(arn string) []*ResourceType {
	candidates := t.byARN[arnService(arn)]
	for _, crosses := range []bool{false, true} {
		var best []*ResourceType
		most := -1
		for _, c := range candidates {
			if !matchForm(c.ARN, arn, crosses) {
				continue
			}
			switch fixed := len(c.ARN) - strings.Count(c.ARN, "*"); {
			case fixed > most:
				best, most = []*ResourceType{c}, fixed
			case fixed == most:
				best = append(best, c)
			}
		}
		if best != nil {
			return best
		}
	}
	return nil
}

// arnService returns the third field of an ARN.
func arnService(arn string) string {
	fields := strings.SplitN(arn, ":", 4)
	if len(fields) < 4 || fields[0] != "arn" {
		return ""
	}
	return fields[2]
}

// matchForm is a match of "*" in a form, which crosses ":" and "/" only when told. The
// fields before the resource never cross.
func matchForm(form, arn string, crosses bool) bool {
	const fieldsBefore = 5
	f, a := strings.SplitN(form, ":", fieldsBefore+1), strings.SplitN(arn, ":", fieldsBefore+1)
	if len(f) != len(a) || len(f) <= fieldsBefore {
		return false
	}
	for i := range fieldsBefore {
		if !matchPart(f[i], a[i], false) {
			return false
		}
	}
	return matchPart(f[fieldsBefore], a[fieldsBefore], crosses)
}

// matchPart takes time of the product of the lengths at worst.
func matchPart(form, text string, crosses bool) bool {
	star, retry := -1, 0
	f, i := 0, 0
	for i < len(text) {
		switch {
		case f < len(form) && form[f] == '*':
			star, retry = f, i
			f++
			continue
		case f < len(form) && form[f] == text[i]:
			f++
			i++
			continue
		case star < 0 || !crosses && (text[retry] == ':' || text[retry] == '/'):
			return false
		}
		retry++
		f, i = star+1, retry
	}
	return strings.Trim(form[f:], "*") == ""
}
