package notify

import "strings"

// Secret holds a text that must not be shown. Formatting, logging and encoding one shows a
// placeholder, also inside of other values: a function holds the text, and nothing prints
// what a function holds. The zero value holds the empty text.
type Secret struct{ reveal func() string }

// NewSecret returns a Secret of the text.
func NewSecret(text string) Secret { return Secret{func() string { return text }} }

// Reveal returns the text, for the request that needs it.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// hidden is what stands for a secret.
const hidden = "[secret]"

// String returns a placeholder.
func (Secret) String() string { return hidden }

// GoString returns a placeholder.
func (Secret) GoString() string { return hidden }

// MarshalText returns a placeholder.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// shortest is the length below which a part of a text is not taken for a secret that it
// happens to equal.
const shortest = 4

// Redact returns the text with every occurrence of the secrets replaced.
func Redact(text string, secrets ...Secret) string {
	for _, s := range secrets {
		if v := s.Reveal(); len(v) >= shortest {
			text = strings.ReplaceAll(text, v, hidden)
		}
	}
	return text
}
