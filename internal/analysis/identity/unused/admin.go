package unused

import "github.com/stance-sec/stance/internal/analysis/identity/reference"

// changedNothing reports whether no use of IAM in the window can have changed anything:
// there was none, or the last was an action that only reads.
func (a *Auditor) changedNothing(use *Use) bool {
	for i := range use.Services {
		s := &use.Services[i]
		if s.Prefix != "iam" {
			continue
		}
		return !a.window.within(s.LastUsed) || a.onlyRead(s)
	}
	return false
}

func (a *Auditor) onlyRead(s *Service) bool {
	explained := false
	for _, action := range s.Actions {
		if !a.window.within(action.LastUsed) {
			continue
		}
		known, _ := a.table.Lookup(s.Prefix + ":" + action.Name)
		if known.Level != reference.List && known.Level != reference.Read {
			return false
		}
		explained = explained || !action.LastUsed.Before(*s.LastUsed)
	}
	return explained
}
