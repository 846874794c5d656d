package aws

import (
	"crypto/x509"
	"net/url"
	"os"

	"github.com/stance-sec/stance/internal/estate"
)

// checkAddresses holds the endpoint and the authorities that were given by hand against
// what they should look like, so that a slip of the pen is not taken for a dead network.
func (c *Connector) checkAddresses() error {
	if address := c.endpoint(); address != "" {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return estate.Errorf(estate.CodeInvalid, "read the endpoint", "%q is no address", address).
				WithHint("write it as in http://localhost:5000")
		}
	}
	if c.options.CABundle == "" {
		return nil
	}
	pem, err := os.ReadFile(c.options.CABundle)
	if err != nil {
		return estate.Errorf(estate.CodeInvalid, "read the CA bundle", "%w", err)
	}
	if !x509.NewCertPool().AppendCertsFromPEM(pem) {
		return estate.Errorf(estate.CodeInvalid, "read the CA bundle "+c.options.CABundle, "it holds no certificate in PEM form")
	}
	return nil
}
