// Package promptstest is an endpoint that speaks OpenAI's API on loopback, for
// tests: it answers what the test has written, and refuses what OpenAI refuses.
package promptstest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// Key is the only one that the endpoint takes.
const Key = "sk-test-0123456789abcdef"

// Request is what was asked for.
type Request struct {
	// Path is "/v1/chat/completions" or "/v1/embeddings"; Body all that was sent.
	Path, Body string
	Model      string
	// Name is that of the schema: the use. Schema is it.
	Name   string
	Schema map[string]any
	// Messages are their texts: the task, the data, what follows.
	Messages []string
	// Data is the document that the second message is.
	Data map[string]any
	// Input are the texts to make vectors of.
	Input []string
	// Try counts the requests from 1.
	Try int
}

// Reply is what the endpoint answers. The zero value of Status is 200.
type Reply struct {
	Status int
	// Content is what the model says; Finish why it ends there, "stop" when "".
	Content, Finish, Refusal string
	// Raw is the whole body, in the place of what follows from Content.
	Raw string
	// Hang keeps the request waiting until the client gives up.
	Hang bool
	// NoUsage leaves out what was used.
	NoUsage bool
	// Location redirects.
	Location string
}

// Server is the endpoint.
type Server struct {
	*httptest.Server
	mu       sync.Mutex
	script   func(Request) Reply
	requests []Request
}

// New starts one that answers by the script. Close ends it.
func New(script func(Request) Reply) *Server {
	s := &Server{script: script}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	return s
}

// Say answers everything with the same words.
func Say(content string) func(Request) Reply {
	return func(Request) Reply { return Reply{Content: content} }
}

// BaseURL is what the configuration names.
func (s *Server) BaseURL() string { return s.URL + "/v1" }

// Requests are those that came so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Sent is everything that came over the wire, headers apart.
func (s *Server) Sent() string {
	var b strings.Builder
	for _, r := range s.Requests() {
		b.WriteString(r.Body + "\n")
	}
	return b.String()
}

// Script answers from now on by another script.
func (s *Server) Script(script func(Request) Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = script
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client has gone
	}
	req, problem := read(r, body)
	if problem != "" {
		refuse(w, http.StatusBadRequest, "invalid_request_error", problem)
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+Key {
		refuse(w, http.StatusUnauthorized, "invalid_api_key", "Incorrect API key provided: "+r.Header.Get("Authorization"))
		return
	}
	s.mu.Lock()
	req.Try = len(s.requests) + 1
	s.requests = append(s.requests, req)
	script := s.script
	s.mu.Unlock()
	s.answer(w, r, req, script(req))
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, req Request, a Reply) {
	switch {
	case a.Hang:
		<-r.Context().Done()
	case a.Location != "":
		w.Header().Set("Location", a.Location)
		w.WriteHeader(http.StatusTemporaryRedirect)
	case a.Raw != "":
		if a.Status != 0 {
			w.WriteHeader(a.Status)
		}
		_, _ = io.WriteString(w, a.Raw)
	case a.Status >= 300:
		// As OpenAI does, with what was sent in it, which must not be repeated.
		refuse(w, a.Status, "server_error", "failed on: "+req.Body)
	case req.Path == "/v1/embeddings":
		reply(w, vectors(req))
	default:
		reply(w, completion(req, a))
	}
}

func completion(req Request, a Reply) map[string]any {
	finish := a.Finish
	if finish == "" {
		finish = "stop"
	}
	message := map[string]any{"role": "assistant", "content": a.Content}
	if a.Refusal != "" {
		message["refusal"] = a.Refusal
	}
	out := map[string]any{
		"id": "chatcmpl-1", "object": "chat.completion", "created": 1764000000, "model": req.Model,
		"choices": []any{map[string]any{"index": 0, "message": message, "finish_reason": finish, "logprobs": nil}},
	}
	if !a.NoUsage {
		in, answered := len(req.Body)/4, len(a.Content)/4+1
		out["usage"] = map[string]any{"prompt_tokens": in, "completion_tokens": answered, "total_tokens": in + answered}
	}
	return out
}

// vectors gives texts that share words vectors that lie close to each other.
func vectors(req Request) map[string]any {
	const dim = 16
	var data []any
	for i, text := range req.Input {
		v := make([]float32, dim)
		for _, w := range strings.Fields(strings.ToLower(text)) {
			h := uint32(2166136261)
			for _, c := range []byte(w) {
				h = (h ^ uint32(c)) * 16777619
			}
			v[h%dim]++
		}
		v[0] += 0.1
		data = append(data, map[string]any{"object": "embedding", "index": i, "embedding": v})
	}
	return map[string]any{"object": "list", "model": req.Model, "data": data, "usage": map[string]any{"prompt_tokens": len(req.Body) / 4, "total_tokens": len(req.Body) / 4}}
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // a client that has gone reads nothing
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"message": message, "type": code, "param": nil, "code": code}})
}

// read takes a request apart and says what OpenAI would find wrong with it.
func read(r *http.Request, body []byte) (Request, string) {
	var in struct {
		Model    string
		Messages []struct{ Role, Content string }
		Input    []string
		Format   *struct {
			Type       string
			JSONSchema *struct {
				Name   string
				Strict bool
				Schema map[string]any
			} `json:"json_schema"`
		} `json:"response_format"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return Request{}, "the body is not JSON"
	}
	out := Request{Path: r.URL.Path, Body: string(body), Model: in.Model, Input: in.Input}
	switch {
	case r.Method != http.MethodPost:
		return out, "the method is " + r.Method
	case in.Model == "":
		return out, "you must provide a model parameter"
	case r.URL.Path == "/v1/embeddings":
		if len(in.Input) == 0 {
			return out, "'input' must not be empty"
		}
		return out, ""
	case r.URL.Path != "/v1/chat/completions":
		return out, "unknown path " + r.URL.Path
	case len(in.Messages) < 2 || in.Messages[0].Role != "system":
		return out, "a system message and the data belong here"
	}
	for _, m := range in.Messages {
		out.Messages = append(out.Messages, m.Content)
	}
	if err := json.Unmarshal([]byte(out.Messages[1]), &out.Data); err != nil {
		return out, "the second message is not one JSON document"
	}
	if f := in.Format; f != nil && f.Type == "json_schema" {
		if f.JSONSchema == nil || !f.JSONSchema.Strict {
			return out, "the schema is not strict"
		}
		out.Name, out.Schema = f.JSONSchema.Name, f.JSONSchema.Schema
		return out, strict(out.Schema, "schema")
	}
	return out, ""
}

// strict holds a schema to what OpenAI's structured outputs ask for.
func strict(s map[string]any, at string) string {
	for _, bad := range []string{"minLength", "maxLength", "oneOf", "allOf", "not", "format", "default"} {
		if _, there := s[bad]; there {
			return fmt.Sprintf("%s: %s is not permitted", at, bad)
		}
	}
	switch s["type"] {
	case "object":
		properties, _ := s["properties"].(map[string]any)
		required, _ := s["required"].([]any)
		if s["additionalProperties"] != false || len(required) != len(properties) {
			return at + ": additionalProperties must be false and every property required"
		}
		for name, p := range properties {
			if problem := strict(p.(map[string]any), at+"."+name); problem != "" {
				return problem
			}
		}
	case "array":
		return strict(s["items"].(map[string]any), at+"[]")
	case "string", "number", "boolean", "integer":
	default:
		return at + ": a type is missing"
	}
	return ""
}
