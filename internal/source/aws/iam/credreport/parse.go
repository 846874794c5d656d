package credreport

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// Report is a credential report.
type Report struct {
	// Time is when AWS made it.
	Time time.Time
	// Users are the rows by ARN; the root user's is arn:…:iam::ACCOUNT:root.
	Users map[string]User
}

// User is a row of the report.
type User struct {
	// Password is whether there is a password.
	Password Flag
	// PasswordUsed is when it last signed in: NoInformation when AWS saw no sign-in
	// since October 2014, NotApplicable when there is no password.
	PasswordUsed Moment
	// PasswordChanged is when it was set.
	PasswordChanged Moment
	// PasswordRotation is when it must be changed; NotApplicable when never.
	PasswordRotation Moment
	// MFA is whether a second factor is registered.
	MFA Flag
	// Keys are the access keys that exist, by their place in the report.
	Keys []Key
	// Certificates are the signing certificates that exist.
	Certificates []Key
	// More is whether there are keys or certificates that the report leaves out.
	More bool
}

// Key is an access key or a signing certificate.
type Key struct {
	// Index is its place in the report, 1 or 2.
	Index int
	// Active is whether it works.
	Active bool
	// Rotated is when it was made or changed.
	Rotated Moment
	// Used is when it last signed a request; NotApplicable when never. Signing
	// certificates have no such record.
	Used Moment
	// Service and Region are what it was last used on; empty when that is not told.
	Service, Region string
}

// Said is what the report says in place of a value.
type Said uint8

// The answers of a cell.
const (
	Told          Said = iota // the value itself
	NotApplicable             // "N/A": there is nothing the value could be about
	NoInformation             // "no_information": AWS has no record
	NotSupported              // "not_supported": the report does not cover it
)

// Flag is a yes or no of the report. Said is Told or NotSupported.
type Flag struct {
	Yes  bool
	Said Said
}

// Moment is a time in the report.
type Moment struct {
	At   time.Time
	Said Said
}

// Pointer returns the time, or nil when the report gives none.
func (m Moment) Pointer() *time.Time {
	if m.Said != Told {
		return nil
	}
	at := m.At
	return &at
}

// maxSize bounds the text that is read: some 500 bytes for each of 5,000 users is
// far below it.
const maxSize = 64 << 20

var columns = []string{
	"arn", "password_enabled", "password_last_used", "password_last_changed", "password_next_rotation", "mfa_active",
	"access_key_1_active", "access_key_1_last_rotated", "access_key_1_last_used_date", "access_key_1_last_used_region", "access_key_1_last_used_service",
	"access_key_2_active", "access_key_2_last_rotated", "access_key_2_last_used_date", "access_key_2_last_used_region", "access_key_2_last_used_service",
	"cert_1_active", "cert_1_last_rotated", "cert_2_active", "cert_2_last_rotated",
}

// Parse reads a report. A column that is missing, a row of the wrong length and a
// cell that is none of the documented values are errors: a report that is not
// understood must not read as one without keys.
func Parse(content []byte, made time.Time) (*Report, error) {
	r, err := parse(content)
	if err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, "read the credential report", "%w", err)
	}
	r.Time = made.UTC()
	return r, nil
}

func parse(content []byte) (*Report, error) {
	if len(content) > maxSize {
		return nil, fmt.Errorf("%d bytes are too many", len(content))
	}
	lines := csv.NewReader(bytes.NewReader(content))
	header, err := lines.Read()
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	places := map[string]int{}
	for i, name := range header {
		places[strings.TrimPrefix(name, "\ufeff")] = i
	}
	for _, name := range columns {
		if _, ok := places[name]; !ok {
			return nil, fmt.Errorf("no column %s", name)
		}
	}
	report := &Report{Users: map[string]User{}}
	for {
		cells, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return report, nil
		}
		if err != nil {
			return nil, err
		}
		row := row{cells: cells, places: places}
		arn, user := row.text("arn"), row.user()
		if row.err != nil {
			line, _ := lines.FieldPos(0)
			return nil, fmt.Errorf("line %d: %w", line, row.err)
		}
		if _, twice := report.Users[arn]; twice || arn == "" {
			return nil, fmt.Errorf("the user %.80q is missing or comes twice", arn)
		}
		report.Users[arn] = user
	}
}
