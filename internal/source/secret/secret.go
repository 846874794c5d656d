// Package secret recognises credentials in text that a cloud hands out, so that the
// finding can be kept and the text thrown away.
//
// Nothing here returns any part of a secret.
package secret

import (
	"math"
	"regexp"
	"slices"
	"strings"
)

// pattern is a kind of credential with a shape of its own.
type pattern struct {
	kind string
	re   *regexp.Regexp
}

// patterns are shapes that their issuers publish.
var patterns = []pattern{
	{"aws-access-key", regexp.MustCompile(`\b(?:AKIA|ASIA)[A-Z2-7]{16}\b|\bAKIA[A-Z0-9]{13}EXAMPLE\b|\bAKIA[A-Z0-9]{16}\b`)},
	{"private-key", regexp.MustCompile(`-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----`)},
	{"github-token", regexp.MustCompile(`\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})\b`)},
	{"gitlab-token", regexp.MustCompile(`\bglpat-[A-Za-z0-9_\-]{20,}\b`)},
	{"slack-token", regexp.MustCompile(`\bxox[abprs]-[A-Za-z0-9-]{10,}\b`)},
	{"slack-webhook", regexp.MustCompile(`https://hooks\.slack\.com/services/T[A-Za-z0-9]+/B[A-Za-z0-9]+/[A-Za-z0-9]+`)},
	{"google-api-key", regexp.MustCompile(`\bAIza[0-9A-Za-z_\-]{35}\b`)},
	{"stripe-key", regexp.MustCompile(`\b[sr]k_live_[0-9a-zA-Z]{20,}\b`)},
	{"jwt", regexp.MustCompile(`\beyJ[A-Za-z0-9_\-]{10,}\.eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}`)},
	{"url-password", regexp.MustCompile(`\b[a-z][a-z0-9+.\-]*://[^\s:/@]+:[^\s:/@$<{]{3,}@`)},
	{"npm-token", regexp.MustCompile(`\bnpm_[A-Za-z0-9]{36}\b`)},
	{"sendgrid-key", regexp.MustCompile(`\bSG\.[A-Za-z0-9_\-]{22}\.[A-Za-z0-9_\-]{43}\b`)},
}

// maxText bounds how much of a text is looked at.
const maxText = 1 << 20

// Kinds returns the kinds of credentials whose shape occurs in text, sorted; nil when
// there are none.
func Kinds(text string) []string {
	if len(text) > maxText {
		text = text[:maxText]
	}
	var kinds []string
	for _, p := range patterns {
		if p.re.MatchString(text) {
			kinds = append(kinds, p.kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

// Setting returns the kinds of credentials that a named setting, such as an
// environment variable, seems to hold: those with a shape, or "password" when the name
// tells and the value looks made up by a machine or a person rather than a reference.
func Setting(name, value string) []string {
	if kinds := Kinds(value); kinds != nil {
		return kinds
	}
	if tells(name) && looksSecret(value) {
		return []string{"password"}
	}
	return nil
}

// looksSecret leaves out references, switches, numbers and placeholders.
func looksSecret(value string) bool {
	v := strings.TrimSpace(value)
	if len(v) < 6 || strings.ContainsAny(v, " \n") {
		return false
	}
	lower := strings.ToLower(v)
	for _, start := range []string{"arn:", "http://", "https://", "{{", "${", "$(", "<", "ssm:", "/", "secretsmanager:", "vault:", "xxx", "***", "todo", "none", "null", "true", "false", "placeholder", "@microsoft.keyvault", "op://", "sm://", "file:"} {
		if strings.HasPrefix(lower, start) {
			return false
		}
	}
	return entropy(v) >= 2
}

// entropy is the Shannon entropy of text, in bits per character.
func entropy(text string) float64 {
	counts := map[rune]float64{}
	total := 0.0
	for _, r := range text {
		counts[r]++
		total++
	}
	bits := 0.0
	for _, n := range counts {
		bits -= n / total * math.Log2(n/total)
	}
	return bits
}
