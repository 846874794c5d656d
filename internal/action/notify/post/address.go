package post

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// CheckAddress returns an error when the text is not an https URL. A URL of http is taken
// for the machine itself and where plain allows it. The error does not hold the text.
func CheckAddress(text string, plain bool) error {
	op := "check the address"
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "":
		return estate.Errorf(estate.CodeInvalid, op, "it is not an absolute URL")
	case u.User != nil:
		return estate.Errorf(estate.CodeInvalid, op, "it holds a user or password, which have settings of their own")
	case u.Fragment != "":
		return estate.Errorf(estate.CodeInvalid, op, "it has a fragment, which is never sent")
	case u.Scheme == "https" || u.Scheme == "http" && (plain || loopback(u.Hostname())):
		return nil
	case u.Scheme == "http":
		return estate.Errorf(estate.CodeInvalid, op, "it is http, so that everyone on the way can read it").
			WithHint("use https, or set plain_http: true where the way is trusted")
	}
	return estate.Errorf(estate.CodeInvalid, op, "its scheme is not https")
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
