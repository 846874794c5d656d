package json

import (
	"encoding/json"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/estate"
)

// appendFinding appends f as encoding/json writes it, with empty lists for absent ones
// and hidden characters escaped. A report of a large estate is findings and little else,
// and this is several times faster; a test holds that the bytes are the same.
func appendFinding(b []byte, f *estate.Finding) ([]byte, error) {
	b = appendField(b, `{"key":`, f.Key)
	b = appendField(b, `,"check":`, f.Check)
	b = appendField(b, `,"title":`, f.Title)
	b = appendField(b, `,"status":`, string(f.Status))
	b = appendField(b, `,"severity":`, string(f.Severity))
	b = appendOptional(b, `,"message":`, f.Message)
	b = appendField(b, `,"resource":{"id":`, f.Resource.ID)
	b = appendField(b, `,"type":`, f.Resource.Type)
	b = appendField(b, `,"cloud":`, string(f.Resource.Cloud))
	b = appendField(b, `,"account":`, f.Resource.Account)
	b = appendField(b, `,"region":`, f.Resource.Region)
	b = appendField(b, `,"name":`, f.Resource.Name)
	b = append(b, '}')
	b = appendOptional(b, `,"element":`, f.Element)
	b, err := appendEvidence(b, f.Evidence)
	if err != nil {
		return nil, err
	}
	b = appendUnknown(b, f.Unknown)
	if f.Context != nil {
		data, err := json.Marshal(f.Context)
		if err != nil {
			return nil, err
		}
		b = append(append(b, `,"context":`...), escape.JSON(data)...)
	}
	if s := f.Suppressed; s != nil {
		b = appendField(b, `,"suppressed":{"reason":`, s.Reason)
		b = appendField(b, `,"until":`, s.Until)
		b = appendOptional(b, `,"by":`, s.By)
		b = append(b, '}')
	}
	if f.New {
		b = append(b, `,"new":true`...)
	}
	return append(b, '}'), nil
}

func appendEvidence(b []byte, evidence []estate.Evidence) ([]byte, error) {
	b = append(b, `,"evidence":[`...)
	for i, e := range evidence {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendField(b, `{"path":`, e.Path)
		b = append(b, `,"value":`...)
		if isWord(e.Value) {
			b = append(b, e.Value...)
		} else {
			data, err := json.Marshal(e.Value)
			if err != nil {
				return nil, err
			}
			b = append(b, escape.JSON(data)...)
		}
		b = append(b, '}')
	}
	return append(b, ']'), nil
}

// isWord reports whether the value is one that needs no look at its inside.
func isWord(value json.RawMessage) bool {
	switch string(value) {
	case "true", "false", "null", "0", "[]", "{}", `""`:
		return true
	}
	return false
}

func appendUnknown(b []byte, unknown []estate.Unknown) []byte {
	b = append(b, `,"unknown":[`...)
	for i, u := range unknown {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendField(b, `{"path":`, u.Path)
		b = appendField(b, `,"reason":`, string(u.Reason))
		b = appendOptional(b, `,"permission":`, u.Permission)
		b = appendOptional(b, `,"detail":`, u.Detail)
		b = append(b, '}')
	}
	return append(b, ']')
}

func appendOptional(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return appendField(b, name, value)
}

func appendField(b []byte, name, value string) []byte {
	b = append(b, name...)
	for i := range len(value) {
		if c := value[i]; c < 0x20 || c >= 0x7f || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return appendSpecial(b, value)
		}
	}
	return append(append(append(b, '"'), value...), '"')
}

func appendSpecial(b []byte, value string) []byte {
	data, _ := json.Marshal(value) // a string always encodes
	return append(b, escape.JSON(data)...)
}
