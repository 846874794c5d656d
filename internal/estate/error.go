package estate

import (
	"errors"
	"fmt"
)

// Code classes an error by what its reader can do about it.
type Code string

// The codes of errors. The first group concerns Stance, the second a cloud.
const (
	CodeInvalid      Code = "invalid"      // the input is wrong; the message says where
	CodeNotFound     Code = "not_found"    // what was named does not exist
	CodeUnauthorized Code = "unauthorized" // no usable credentials
	CodeIO           Code = "io"           // a file or disk refused
	CodeInternal     Code = "internal"     // a defect of Stance

	CodeDenied      Code = "denied"
	CodeThrottled   Code = "throttled"
	CodeUnavailable Code = "unavailable"
	CodeGone        Code = "gone"
	CodeNotEnabled  Code = "not_enabled"
	CodeUnsupported Code = "unsupported"
)

// Error is an error with a code, what was attempted, and what to do next.
type Error struct {
	Code Code
	// Op is what was attempted, such as `read check "x.yaml"`.
	Op string
	// Hint is the next step for a person; empty when there is none.
	Hint string
	Err  error
}

// Error returns "what was attempted: cause".
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Op
	}
	return e.Op + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf returns an Error whose cause is made from the format.
func Errorf(code Code, op, format string, args ...any) *Error {
	return &Error{Code: code, Op: op, Err: fmt.Errorf(format, args...)}
}

// WithHint returns e with the next step set.
func (e *Error) WithHint(hint string) *Error {
	e.Hint = hint
	return e
}

// CodeOf returns the code of the first Error in err's chain, and CodeInternal when
// there is none. It returns the empty code for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}

// HintOf returns the first hint in err's chain; empty when there is none.
func HintOf(err error) string {
	var e *Error
	for errors.As(err, &e) {
		if e.Hint != "" {
			return e.Hint
		}
		err = e.Err
	}
	return ""
}
