package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/stance-sec/stance/internal/analysis/identity/reference"
)

// maxBytes is the most that a package or a file in it may have.
const maxBytes = 256 << 20

// pin is a package in one version, with the checksum its archive must have.
type pin struct {
	reference.Source
	url string
}

func (p pin) fetch(ctx context.Context) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("get %s: %s", p.url, resp.Status)
	}
	data, err := readAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", p.url, err)
	}
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); got != p.Checksum {
		return nil, fmt.Errorf("%s %s has the SHA-256 %s, not %s", p.Name, p.Version, got, p.Checksum)
	}
	return data, nil
}

// unpackTar returns the files of a gzipped tar archive by name.
func unpackTar(data []byte) (map[string][]byte, error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for r := tar.NewReader(unzipped); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if files[header.Name], err = readAll(r); err != nil {
			return nil, err
		}
	}
}

// unpackZip returns the files of a zip archive by name.
func unpackZip(data []byte) (map[string][]byte, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		files[f.Name], err = readAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			return nil, err
		}
	}
	return files, nil
}

func readAll(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBytes))
	if err == nil && len(data) == maxBytes {
		return nil, errors.New("too large")
	}
	return data, err
}
