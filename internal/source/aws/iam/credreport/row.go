package credreport

import (
	"fmt"
	"strings"
	"time"
)

// row reads the cells of one line and remembers the first that is wrong.
type row struct {
	cells  []string
	places map[string]int
	err    error
}

func (r *row) user() User {
	u := User{
		Password: r.flag("password_enabled"), MFA: r.flag("mfa_active"),
		PasswordUsed: r.moment("password_last_used"), PasswordChanged: r.moment("password_last_changed"),
		PasswordRotation: r.moment("password_next_rotation"),
	}
	for i := 1; i <= 2; i++ {
		if k, exists := r.key(fmt.Sprintf("access_key_%d_", i)); exists {
			k.Index = i
			u.Keys = append(u.Keys, k)
		}
		if c, exists := r.certificate(fmt.Sprintf("cert_%d_", i)); exists {
			c.Index = i
			u.Certificates = append(u.Certificates, c)
		}
	}
	if _, told := r.places["additional_credentials_info"]; told {
		info := r.text("additional_credentials_info")
		u.More = info != "" && info != "0" && said(info) == Told
	}
	return u
}

// key reads an access key. One that is not active still has the time of its making;
// one that does not exist has neither.
func (r *row) key(prefix string) (Key, bool) {
	k, exists := r.certificate(prefix)
	k.Used = r.moment(prefix + "last_used_date")
	k.Service, k.Region = r.word(prefix+"last_used_service"), r.word(prefix+"last_used_region")
	return k, exists
}

func (r *row) certificate(prefix string) (Key, bool) {
	active, rotated := r.flag(prefix+"active"), r.moment(prefix+"last_rotated")
	return Key{Active: active.Yes, Rotated: rotated}, active.Yes || rotated.Said == Told
}

func (r *row) text(column string) string {
	i, ok := r.places[column]
	if !ok || i >= len(r.cells) {
		r.fail(column, "")
		return ""
	}
	return r.cells[i]
}

// word returns a cell's text, empty for the words that stand for none.
func (r *row) word(column string) string {
	text := r.text(column)
	if said(text) != Told {
		return ""
	}
	return text
}

func (r *row) flag(column string) Flag {
	switch text := strings.ToLower(r.text(column)); text {
	case "true":
		return Flag{Yes: true}
	case "false":
		return Flag{}
	case "not_supported":
		return Flag{Said: NotSupported}
	default:
		r.fail(column, text)
		return Flag{}
	}
}

func (r *row) moment(column string) Moment {
	text := r.text(column)
	if s := said(text); s != Told {
		return Moment{Said: s}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		r.fail(column, text)
		return Moment{Said: NoInformation}
	}
	return Moment{At: at.UTC()}
}

func said(text string) Said {
	switch text {
	case "N/A":
		return NotApplicable
	case "no_information":
		return NoInformation
	case "not_supported":
		return NotSupported
	default:
		return Told
	}
}

func (r *row) fail(column, text string) {
	if r.err == nil {
		r.err = fmt.Errorf("column %s holds %.40q", column, text)
	}
}
