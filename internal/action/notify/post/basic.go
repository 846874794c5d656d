package post

import "encoding/base64"

// Basic returns the value of an Authorization header for the user, as RFC 7617 has it.
func Basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}
