package server

import (
	"crypto/tls"
	"os"
	"sync"
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// certificate is a pair of files that may change under a running server.
type certificate struct {
	cert, key string

	mu     sync.Mutex
	pair   *tls.Certificate
	stamp  time.Time
	looked time.Time
}

// lookEvery is how often the files are looked at.
const lookEvery = time.Minute

func tlsConfig(cert, key string) (*tls.Config, error) {
	c := &certificate{cert: cert, key: key}
	if _, err := c.current(time.Now()); err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current(time.Now()) },
	}, nil
}

// current returns the pair. When the files cannot be read any more the last one stays.
func (c *certificate) current(now time.Time) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pair != nil && now.Sub(c.looked) < lookEvery {
		return c.pair, nil
	}
	c.looked = now
	info, err := os.Stat(c.cert)
	if err == nil && c.pair != nil && info.ModTime().Equal(c.stamp) {
		return c.pair, nil
	}
	if err == nil {
		var pair tls.Certificate
		if pair, err = tls.LoadX509KeyPair(c.cert, c.key); err == nil {
			c.pair, c.stamp = &pair, info.ModTime()
		}
	}
	if err != nil && c.pair == nil {
		return nil, estate.Errorf(estate.CodeInvalid, "read the certificate", "%w", err)
	}
	return c.pair, nil
}
