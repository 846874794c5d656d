package post

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/estate"
)

// refused returns the error of an answer that is no success.
func (s *Sender) refused(op string, res *http.Response, body []byte, address *url.URL) error {
	text := strconv.Itoa(res.StatusCode)
	if words := http.StatusText(res.StatusCode); words != "" {
		text += " " + words
	}
	if more := s.clean(string(body), address); more != "" {
		text = fmt.Sprintf("%s: %s", text, more)
	}
	err := estate.Errorf(codeOf(res.StatusCode), op, "%s", text)
	return notify.After(err, wait(res.Header, time.Now()))
}

// codeOf returns the code of a status that is no success. RFC 9110, section 15, and
// RFC 6585 say which of them pass with time.
func codeOf(status int) estate.Code {
	switch status {
	case http.StatusTooManyRequests:
		return estate.CodeThrottled
	case http.StatusRequestTimeout, http.StatusTooEarly:
		return estate.CodeUnavailable
	case http.StatusUnauthorized:
		return estate.CodeUnauthorized
	case http.StatusForbidden:
		return estate.CodeDenied
	case http.StatusNotFound:
		return estate.CodeNotFound
	case http.StatusGone:
		return estate.CodeGone
	}
	if status >= http.StatusInternalServerError {
		return estate.CodeUnavailable
	}
	return estate.CodeInvalid
}

// wait returns what Retry-After asks for: seconds, or a time that is compared with the
// receiver's own clock where it tells that. 0 when it asks for nothing.
func wait(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	if value == "" {
		return 0
	}
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		return time.Duration(seconds) * time.Second
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if theirs, err := http.ParseTime(h.Get("Date")); err == nil {
		now = theirs
	}
	return until.Sub(now)
}
