package discordtest

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sereno/adapters/adaptertest"
)

// fault is one call's fate.
type fault = adaptertest.Fault

// answer is what a call is answered with.
type answer struct {
	status int
	body   any // nil sends none
	header http.Header
}

func ok(body any) answer { return answer{status: http.StatusOK, body: body} }

func refusal(status, code int, message string) answer {
	return answer{status: status, body: map[string]any{"code": code, "message": message}}
}

func invalid(message string) answer {
	return refusal(http.StatusBadRequest, 50035, "Invalid Form Body: "+message)
}

var (
	unknownChannel = refusal(http.StatusNotFound, 10003, "Unknown Channel")
	unknownMessage = refusal(http.StatusNotFound, 10008, "Unknown Message")
	unknownUser    = refusal(http.StatusNotFound, 10013, "Unknown User")
	unknownInter   = refusal(http.StatusNotFound, 10062, "Unknown interaction")
	unknownWebhook = refusal(http.StatusNotFound, 10015, "Unknown Webhook")
	noContent      = answer{status: http.StatusNoContent}
)

// call is a call that is being carried out.
type call struct {
	method string
	parts  []string // of the path, unescaped
	query  url.Values
	body   json.RawMessage
	files  []file
	authed bool
}

type file struct {
	name, kind string
	content    []byte
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	away := s.away
	s.mu.Unlock()
	if away {
		panic(http.ErrAbortHandler) // cuts the connection
	}
	switch {
	case r.URL.Path == "/gateway":
		s.serveGateway(w, r)
	case strings.HasPrefix(r.URL.Path, "/cdn/"):
		s.serveFile(w, r)
	case strings.HasPrefix(r.URL.Path, "/api/v10/"):
		s.serveAPI(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	c, err := read(r)
	if err != nil {
		s.write(w, refusal(http.StatusBadRequest, 50109, err.Error()))
		return
	}
	if r.Header.Get("User-Agent") == "" || !strings.HasPrefix(r.Header.Get("User-Agent"), "DiscordBot (") {
		s.write(w, refusal(http.StatusForbidden, 0, "the user agent must be DiscordBot ($url, $versionNumber)"))
		return
	}
	s.mu.Lock()
	c.authed = r.Header.Get("Authorization") == "Bot "+s.o.Token && !s.revoked
	s.asked = append(s.asked, Call{c.method, "/" + strings.Join(c.parts, "/"), c.body})
	if a, limited := s.limited(c); limited {
		s.mu.Unlock()
		s.write(w, a)
		return
	}
	var f *fault
	if c.authed || c.parts[0] == "interactions" || c.parts[0] == "webhooks" {
		f = s.fault(c)
	}
	var out answer
	if f == nil || f.Done {
		out = s.carryOut(c)
	}
	header := s.limits.header(c)
	s.change()
	s.mu.Unlock()
	switch {
	case f == nil:
		out.header = header
		s.write(w, out)
	case f.Status == 0:
		panic(http.ErrAbortHandler) // cuts the connection
	case f.Status == http.StatusTooManyRequests:
		s.write(w, tooMany(f.RetryAfter, "user"))
	default:
		s.write(w, answer{status: f.Status, body: map[string]any{"code": 0, "message": http.StatusText(f.Status)}})
	}
}

// read takes a call apart.
func read(r *http.Request) (*call, error) {
	c := &call{method: r.Method, query: r.URL.Query()}
	for part := range strings.SplitSeq(strings.TrimPrefix(r.URL.EscapedPath(), "/api/v10/"), "/") {
		plain, err := url.PathUnescape(part)
		if err != nil {
			return nil, err
		}
		c.parts = append(c.parts, plain)
	}
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "multipart/form-data" {
		return c, c.readForm(multipart.NewReader(r.Body, params["boundary"]))
	}
	data, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	if len(data) > 0 && (kind != "application/json" || !json.Valid(data)) {
		return nil, fmt.Errorf("the request body contains invalid JSON")
	}
	c.body = data
	return c, nil
}

func (c *call) readForm(form *multipart.Reader) error {
	for {
		part, err := form.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		switch name := part.FormName(); {
		case name == "payload_json":
			c.body = data
		case name == fmt.Sprintf("files[%d]", len(c.files)):
			c.files = append(c.files, file{part.FileName(), part.Header.Get("Content-Type"), data})
		default:
			return fmt.Errorf("a part %q", name)
		}
	}
}

func (s *Server) write(w http.ResponseWriter, a answer) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.Header().Set("Date", time.Now().Add(s.o.Skew).UTC().Format(http.TimeFormat))
	if a.body == nil {
		w.WriteHeader(a.status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	_, _ = w.Write(encode(a.body)) // the caller may have gone
}

// fault takes the next fault, if the call is one that sends, edits, removes or
// reacts. The lock is held.
func (s *Server) fault(c *call) *fault {
	route := c.method + " " + c.route()
	switch route {
	case "POST channels/*/messages", "PATCH channels/*/messages/*", "DELETE channels/*/messages/*",
		"PUT channels/*/messages/*/reactions/*/@me", "POST webhooks/*/*", "PATCH webhooks/*/*/messages/*":
	case "POST interactions/*/*/callback":
		var b struct{ Type int }
		if json.Unmarshal(c.body, &b) != nil || b.Type != 4 && b.Type != 9 {
			return nil
		}
	default:
		return nil
	}
	s.calls++
	if len(s.faults) == 0 {
		return nil
	}
	f := s.faults[0]
	s.faults = s.faults[1:]
	return &f
}

// route is the path with a star for whatever is not a word of the API.
func (c *call) route() string {
	words := map[string]bool{
		"channels": true, "messages": true, "threads": true, "active": true, "archived": true, "public": true, "reactions": true,
		"@me": true, "users": true, "guilds": true, "members": true, "applications": true, "commands": true, "interactions": true,
		"callback": true, "webhooks": true, "gateway": true, "bot": true,
	}
	var out []string
	for i, p := range c.parts {
		if words[p] && !(c.parts[0] == "webhooks" && i > 0 && i < 3) {
			out = append(out, p)
		} else {
			out = append(out, "*")
		}
	}
	return strings.Join(out, "/")
}

// carryOut does what the call asks for. The lock is held.
func (s *Server) carryOut(c *call) answer {
	route := c.method + " " + c.route()
	switch route {
	case "POST interactions/*/*/callback":
		return s.callback(c)
	case "POST webhooks/*/*", "PATCH webhooks/*/*/messages/*", "DELETE webhooks/*/*/messages/*":
		return s.webhook(c)
	case "GET gateway":
		return ok(map[string]any{"url": s.GatewayURL()})
	}
	if !c.authed {
		return refusal(http.StatusUnauthorized, 0, "401: Unauthorized")
	}
	switch route {
	case "GET gateway/bot":
		return ok(map[string]any{
			"url": s.GatewayURL(), "shards": 1,
			"session_start_limit": map[string]any{"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": 1},
		})
	case "GET users/@me":
		return ok(s.user(s.users[Bot]))
	case "GET users/*":
		if u := s.users[c.parts[1]]; u != nil {
			return ok(s.user(u))
		}
		return unknownUser
	case "POST users/@me/channels":
		return s.openDirect(c)
	case "GET applications/@me":
		return ok(map[string]any{"id": App, "flags": s.o.Flags, "bot": s.user(s.users[Bot])})
	case "GET applications/*/commands", "GET applications/*/guilds/*/commands":
		return ok(s.commands)
	case "PUT applications/*/commands", "PUT applications/*/guilds/*/commands":
		return s.register(c)
	case "GET guilds/*":
		if c.parts[1] != Guild {
			return refusal(http.StatusNotFound, 10004, "Unknown Guild")
		}
		return ok(s.guild())
	case "GET guilds/*/members/*":
		if u := s.users[c.parts[3]]; u != nil {
			m := s.member(u)
			m["user"] = s.user(u)
			return ok(m)
		}
		return refusal(http.StatusNotFound, 10007, "Unknown Member")
	case "GET guilds/*/threads/active":
		return s.active()
	}
	if c.parts[0] == "channels" && len(c.parts) > 1 {
		ch := s.channels[c.parts[1]]
		if ch == nil {
			return unknownChannel
		}
		return s.inChannel(route, ch, c)
	}
	return refusal(http.StatusNotFound, 0, "404: Not Found")
}

// inChannel carries out what concerns a channel. The lock is held.
func (s *Server) inChannel(route string, ch *channel, c *call) answer {
	switch route {
	case "GET channels/*":
		return ok(s.place(ch))
	case "PATCH channels/*":
		return s.changeThread(ch, c)
	case "GET channels/*/threads/archived/public":
		return s.archived(ch, c)
	case "GET channels/*/messages":
		return s.history(ch, c)
	case "POST channels/*/messages":
		return s.post(ch, c)
	}
	if len(c.parts) < 4 {
		return refusal(http.StatusNotFound, 0, "404: Not Found")
	}
	m := ch.find(c.parts[3])
	if m == nil {
		return unknownMessage
	}
	switch route {
	case "GET channels/*/messages/*":
		return ok(s.message(m, true))
	case "POST channels/*/messages/*/threads":
		return s.beginThread(ch, m, c)
	case "PATCH channels/*/messages/*":
		return s.edit(ch, m, c)
	case "DELETE channels/*/messages/*":
		if m.author != Bot {
			return refusal(http.StatusForbidden, 50013, "Missing Permissions")
		}
		s.remove(ch, m.id)
		return noContent
	case "PUT channels/*/messages/*/reactions/*/@me":
		return s.putReaction(ch, m, c.parts[5])
	}
	return refusal(http.StatusMethodNotAllowed, 0, "405: Method Not Allowed")
}

func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/cdn/"), "/") // attachments/channel/id/name
	until, _ := strconv.ParseInt(r.URL.Query().Get("ex"), 16, 64)
	if len(parts) != 4 || time.Now().Unix() > until || r.Header.Get("Authorization") != "" {
		http.Error(w, "This content is no longer available.", http.StatusNotFound)
		return
	}
	ch := s.channels[parts[1]]
	if ch == nil {
		http.NotFound(w, r)
		return
	}
	for _, m := range ch.messages {
		for _, f := range m.files {
			if f.id == parts[2] && f.sign == r.URL.Query().Get("hm") {
				w.Header().Set("Content-Type", f.kind)
				_, _ = w.Write(f.content) // the caller may have gone
				return
			}
		}
	}
	http.NotFound(w, r)
}
