package slacktest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Files are uploaded in three steps: an address is asked for, the content is
// sent there, and the upload is completed, which shares the file in a channel
// (docs.slack.dev/messaging/working-with-files).

// File is an attachment that the workspace holds.
type File struct {
	ID, Name, Type string
	Content        []byte
	// Foreign: another organisation's, of which events tell no more than the id and
	// that files.info knows the rest.
	Foreign bool
	// External: it lives elsewhere, and Slack only links to it.
	External bool
	size     int // what was announced
	uploaded bool
}

// maxFile bounds what is taken.
const maxFile = 64 << 20

// attach keeps a file and answers it as messages show it. The lock is held.
func (s *Server) attach(name, kind string, content []byte) map[string]any {
	f := &File{ID: s.id("F"), Name: name, Type: kind, Content: content, size: len(content), uploaded: true}
	s.files[f.ID] = f
	return s.fileObject(f)
}

// fileObject is the file as messages show it (docs.slack.dev/reference/objects/file-object).
func (s *Server) fileObject(f *File) map[string]any {
	address := "http://" + s.addr + "/files/" + f.ID + "/" + url.PathEscape(f.Name)
	return map[string]any{
		"id": f.ID, "name": f.Name, "title": f.Name, "mimetype": f.Type, "filetype": "auto", "mode": "hosted", "size": len(f.Content),
		"is_external": f.External, "url_private": address, "url_private_download": address,
		"permalink": "https://test.slack.com/files/U/" + f.ID,
	}
}

// Attach attaches a file to what somebody says next: put it into Said.Files.
func (s *Server) Attach(name, kind string, content []byte) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.attach(name, kind, content)
}

// AddFile keeps a file, and answers it as messages show it.
func (s *Server) AddFile(f File) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.ID == "" {
		f.ID = s.id("F")
	}
	f.size, f.uploaded = len(f.Content), true
	s.files[f.ID] = &f
	if f.Foreign {
		return map[string]any{"id": f.ID, "mode": "file_access", "file_access": "check_file_info"}
	}
	return s.fileObject(&f)
}

// Stored is the file of that id.
func (s *Server) Stored(id string) (File, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files[id]
	if f == nil {
		return File{}, false
	}
	return *f, true
}

func (s *Server) uploadURL(p url.Values) answer {
	if no := s.lacks("files:write"); no != nil {
		return no
	}
	size, err := strconv.Atoi(p.Get("length"))
	if err != nil || size <= 0 || p.Get("filename") == "" {
		return refusal("invalid_arguments")
	}
	f := &File{ID: s.id("F"), Name: p.Get("filename"), Type: "application/octet-stream", size: size}
	s.files[f.ID] = f
	return answer{"file_id": f.ID, "upload_url": "http://" + s.addr + "/upload/" + f.ID}
}

// completeUpload shares the files, all in one message.
func (s *Server) completeUpload(p url.Values) answer {
	var named []struct {
		ID    string `json:"id"`
		Title string `json:"title"`
	}
	if json.Unmarshal([]byte(p.Get("files")), &named) != nil || len(named) == 0 {
		return refusal("invalid_arguments")
	}
	var objects []map[string]any
	for _, n := range named {
		f := s.files[n.ID]
		if f == nil || !f.uploaded {
			return refusal("file_not_found")
		}
		o := s.fileObject(f)
		if n.Title != "" {
			o["title"] = n.Title
		}
		objects = append(objects, o)
	}
	out := answer{"files": objects}
	if p.Get("channel_id") == "" {
		return out
	}
	c, no := s.writable(p.Get("channel_id"))
	if no != nil {
		return no
	}
	if root := p.Get("thread_ts"); root != "" && c.find(root) == nil {
		return refusal("invalid_thread_ts")
	}
	text := url.Values{"text": {p.Get("initial_comment")}, "thread_ts": {p.Get("thread_ts")}, "blocks": {p.Get("blocks")}}
	m := s.ours(c, text)
	m.TS, m.SubType, m.Files = s.stamp(), "file_share", objects
	c.messages = append(c.messages, m)
	return out
}

func (s *Server) fileInfo(p url.Values) answer {
	if no := s.lacks("files:read"); no != nil {
		return no
	}
	f := s.files[p.Get("file")]
	if f == nil {
		return refusal("file_not_found")
	}
	return answer{"file": s.fileObject(f)}
}

// serveUpload takes a file's content, as it is or as a form's file.
func (s *Server) serveUpload(w http.ResponseWriter, r *http.Request) {
	if s.unreachable() {
		panic(http.ErrAbortHandler)
	}
	var body io.Reader = r.Body
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		parts, err := r.MultipartReader()
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		part, err := parts.NextPart()
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		body = part
	}
	content, err := io.ReadAll(io.LimitReader(body, maxFile))
	if err != nil {
		return // it broke off
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := strings.TrimPrefix(r.URL.Path, "/upload/")
	s.calls = append(s.calls, Call{Method: "upload", Params: url.Values{"id": {id}}, At: s.o.Now()})
	if fault := s.fault("upload", nil); fault != nil && fault.Status != 0 {
		http.Error(w, "fault", fault.Status)
		return
	}
	f := s.files[id]
	if f == nil || len(content) != f.size {
		http.Error(w, "not the file that was announced", http.StatusBadRequest)
		return
	}
	f.Content, f.uploaded = content, true
	fmt.Fprintf(w, "OK - %d", len(content))
}

// serveFile hands a file to who has the token; anybody else is led to the page
// where people sign in.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	if s.unreachable() {
		panic(http.ErrAbortHandler)
	}
	id, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/files/"), "/")
	s.mu.Lock()
	f := s.files[id]
	good := r.Header.Get("Authorization") == "Bearer "+s.o.BotToken && !s.revoked
	s.mu.Unlock()
	switch {
	case !good:
		http.Redirect(w, r, "/signin?redir="+url.QueryEscape(r.URL.Path), http.StatusFound)
	case f == nil:
		http.NotFound(w, r)
	default:
		w.Header().Set("Content-Type", f.Type)
		w.Header().Set("Content-Length", strconv.Itoa(len(f.Content)))
		_, _ = w.Write(f.Content) // the caller may have gone
	}
}

func (s *Server) serveSignIn(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, "<!DOCTYPE html><title>Sign in</title>") // the caller may have gone
}
