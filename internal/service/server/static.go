package server

import (
	"bytes"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// static answers with the dashboard. An address that is no file is one of its pages.
func (s *Server) static() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			text(w, http.StatusMethodNotAllowed, "this address takes GET\n")
			return
		}
		if s.d.Static == nil {
			text(w, http.StatusNotFound, "this build holds no dashboard; the API is described at /api/openapi.json\n")
			return
		}
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		if !fs.ValidPath(name) || !s.isFile(name) {
			if path.Ext(name) != "" && strings.HasPrefix(name, "assets/") {
				text(w, http.StatusNotFound, "there is no such file\n")
				return
			}
			name = "index.html"
		}
		s.file(w, r, name)
	})
}

func (s *Server) isFile(name string) bool {
	info, err := fs.Stat(s.d.Static, name)
	return err == nil && info.Mode().IsRegular()
}

// file answers with a file; compressed, when it lies there compressed and the browser
// takes that. Names below assets/ hold a hash of the content, so they never change.
func (s *Server) file(w http.ResponseWriter, r *http.Request, name string) {
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	if strings.HasPrefix(name, "assets/") {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		h.Set("Content-Type", kind)
	}
	h.Add("Vary", "Accept-Encoding")
	stored := name
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && s.isFile(name+".gz") {
		h.Set("Content-Encoding", "gzip")
		stored += ".gz"
	}
	f, err := s.d.Static.Open(stored)
	if err != nil {
		s.refuse(w, r, estate.Errorf(estate.CodeInternal, "open a file of the dashboard", "%w", err))
		return
	}
	defer f.Close() //nolint:errcheck // only read
	content, ok := f.(io.ReadSeeker)
	if !ok {
		data, err := io.ReadAll(f)
		if err != nil {
			s.refuse(w, r, estate.Errorf(estate.CodeInternal, "read a file of the dashboard", "%w", err))
			return
		}
		content = bytes.NewReader(data)
	}
	http.ServeContent(w, r, name, time.Time{}, content)
}
