package secret

import (
	"slices"
	"strings"
	"unicode"
)

// telling are words that say in the name of a setting that it holds a secret.
var telling = []string{
	"password", "passwd", "passphrase", "pass", "pwd", "secret", "token", "credential", "credentials",
	"apikey", "accesskey", "privatekey", "secretkey",
}

// glued are endings of words that tell as much, as in PGPASSWORD.
var glued = []string{"password", "passwd", "passphrase", "apikey", "accesskey", "privatekey", "secretkey"}

// keyOf are words that make a secret of the word "key" behind them.
var keyOf = []string{"api", "access", "private", "secret", "encryption", "signing", "master", "shared"}

// pointing are last words of names that speak about a secret instead of holding it.
var pointing = []string{
	"algo", "alg", "algorithm", "alias", "arn", "audience", "bucket", "claim", "cookie", "count", "days", "dir", "directory",
	"domain", "duration", "enabled", "endpoint", "expiration", "expires", "expiry", "field", "file", "format", "header",
	"host", "hours", "id", "interval", "issuer", "length", "lifetime", "limit", "location", "method", "minutes", "mode", "name",
	"param", "parameter", "path", "policy", "port", "prefix", "provider", "ref", "region", "required", "rotation", "scope", "scopes",
	"seconds", "size", "store", "strategy", "suffix", "table", "timeout", "ttl", "type", "uri", "url", "user", "username", "version",
}

// tells reports whether the name of a setting says that its value is a secret.
func tells(name string) bool {
	words := wordsOf(name)
	if len(words) == 0 || slices.Contains(pointing, words[len(words)-1]) {
		return false
	}
	for i, word := range words {
		word = strings.TrimRight(word, "0123456789")
		switch {
		case slices.Contains(telling, word),
			slices.ContainsFunc(glued, func(end string) bool { return strings.HasSuffix(word, end) }),
			word == "key" && i > 0 && slices.Contains(keyOf, words[i-1]),
			word == "auth" && i == len(words)-1:
			return true
		}
	}
	return false
}

// wordsOf splits a name at signs and where a capital follows a small letter, and returns
// the words in small letters: DB_PASSWORD and dbPassword are both "db", "password".
func wordsOf(name string) []string {
	var b strings.Builder
	small := false
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			b.WriteByte(' ')
		case unicode.IsUpper(r) && small:
			b.WriteByte(' ')
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteRune(unicode.ToLower(r))
		}
		small = unicode.IsLower(r)
	}
	return strings.Fields(b.String())
}
