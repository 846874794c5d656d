package webhook

import (
	"encoding/json"
	"slices"
	"unicode/utf8"

	"github.com/stance-sec/stance/internal/action/notify"
)

// schema names the form of the body. A field may be added under the same name; a change of
// another kind gets another name.
const schema = "stance.alert/1"

const (
	// mostText bounds each text, in bytes.
	mostText = 8 << 10
	// mostBytes bounds the body: receivers commonly refuse a mebibyte.
	mostBytes = 900_000
)

// document is the body.
type document struct {
	Schema string       `json:"schema"`
	Alert  notify.Alert `json:"alert"`
	// LeftOut is how many items are missing because there were too many.
	LeftOut int `json:"items_left_out,omitempty"`
}

// encode returns the body, with as many items as fit.
func encode(a *notify.Alert) ([]byte, error) {
	d := document{Schema: schema, Alert: bounded(a)}
	for i := range a.Items {
		item := bounded(&a.Items[i])
		item.Items = nil
		d.Alert.Items = append(d.Alert.Items, item)
	}
	for {
		body, err := json.Marshal(d)
		if err != nil || len(body) <= mostBytes || len(d.Alert.Items) == 0 {
			return body, err
		}
		keep := len(d.Alert.Items) / 2
		d.LeftOut += len(d.Alert.Items) - keep
		d.Alert.Items = d.Alert.Items[:keep]
	}
}

// bounded returns the alert with its texts cut, without items.
func bounded(a *notify.Alert) notify.Alert {
	b := *a
	b.Items = nil
	b.Severity = a.Band()
	b.Link = a.WebLink()
	for _, s := range []*string{
		&b.Key, &b.Thread, &b.Title, &b.Owner, &b.Environment, &b.Account, &b.AccountName, &b.Check, &b.Message, &b.Fix, &b.Actor,
		&b.Resource.ID, &b.Resource.Type, (*string)(&b.Resource.Cloud), &b.Resource.Account, &b.Resource.Region, &b.Resource.Name,
	} {
		*s = cut(*s)
	}
	b.Frameworks = slices.Clone(a.Frameworks[:min(len(a.Frameworks), 50)])
	for i := range b.Frameworks {
		b.Frameworks[i] = cut(b.Frameworks[i])
	}
	return b
}

// cut returns the beginning of the text that ends between two characters.
func cut(s string) string {
	if len(s) <= mostText {
		return s
	}
	end := mostText
	for end > mostText-utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}
