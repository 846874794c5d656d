package ec2

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/secret"
)

// UserData is the script or configuration that machines get at their start. Whoever
// may describe them, and every process on them, can read it. Its text is not kept.
type UserData struct {
	// Present is whether there is any.
	Present bool `json:"present"`
	// HoldsSecrets is whether a credential was recognised in it; not known when it
	// is binary, or holds encoded parts, and could not be looked into.
	HoldsSecrets estate.Tri `json:"holds_secrets"`
	// SecretKinds are the kinds of credentials recognised, such as aws-access-key.
	SecretKinds []string `json:"secret_kinds"`
}

// maxUserData bounds what is unpacked of compressed user data.
const maxUserData = 1 << 20

// ReadUserData looks for credentials in user data as APIs return it: in base64, with
// what cloud-init may have compressed.
func ReadUserData(encoded string) UserData {
	if strings.TrimSpace(encoded) == "" {
		return UserData{HoldsSecrets: estate.No, SecretKinds: []string{}}
	}
	text := []byte(encoded)
	if decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded)); err == nil {
		text = decoded
	}
	text, whole := unpack(text)
	kinds := kindsIn(string(text))
	out := UserData{Present: true, SecretKinds: kinds, HoldsSecrets: estate.TriOf(len(kinds) > 0)}
	if len(kinds) == 0 && (!whole || !utf8.Valid(text) || packed.Match(text)) {
		out.HoldsSecrets = estate.Maybe
	}
	return out
}

// packed matches parts of mail and files of cloud-init that are encoded once more.
var packed = regexp.MustCompile(`(?im)^[ \t\-]*["']?(?:content-transfer-)?encoding["']?:[ \t]*["']?(?:base64|b64|gz)`)

// unpack undoes gzip and reports whether it got to the end.
func unpack(data []byte) (text []byte, whole bool) {
	if !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		return data, true
	}
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, false
	}
	text, err = io.ReadAll(io.LimitReader(r, maxUserData+1))
	if len(text) > maxUserData {
		return text[:maxUserData], false
	}
	return text, err == nil
}

// assignment matches NAME=value and name: value as shells and configuration write it.
var assignment = regexp.MustCompile(`(?m)^[ \t\-]*(?:export[ \t]+|set[ \t]+|setx[ \t]+|\$env:|\$)?["']?([A-Za-z_][A-Za-z0-9_.\-]{0,80})["']?[ \t]*[=:][ \t]*["']?([^\s"']{1,400})`)

// maxAssignments bounds how many settings of one text are looked at.
const maxAssignments = 2000

func kindsIn(text string) []string {
	kinds := append([]string{}, secret.Kinds(text)...)
	for _, m := range assignment.FindAllStringSubmatch(text, maxAssignments) {
		kinds = append(kinds, secret.Setting(m[1], m[2])...)
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}
