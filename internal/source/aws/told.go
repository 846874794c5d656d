package aws

import "github.com/stance-sec/stance/internal/estate"

// Told returns what p points at: a part of an answer that AWS documents as always there,
// for which what is the name. An answer without it is an error with estate.CodeInvalid,
// so that it never becomes false or 0.
func Told[T any](p *T, what string) (T, error) {
	if p == nil {
		var zero T
		return zero, lacking(what)
	}
	return *p, nil
}

// ToldText is Told for a word that is never empty.
func ToldText[T ~string](word T, what string) (T, error) {
	if word == "" {
		return "", lacking(what)
	}
	return word, nil
}

func lacking(what string) error {
	return estate.Errorf(estate.CodeInvalid, "read the answer", "it does not tell %s", what)
}
