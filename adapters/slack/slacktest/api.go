package slacktest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// answer is the JSON of an answer; "ok" is added.
type answer map[string]any

func refusal(code string) answer { return answer{"error": code} }

func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	method := strings.TrimPrefix(r.URL.Path, "/api/")
	if s.unreachable() {
		panic(http.ErrAbortHandler) // cuts the connection
	}
	params, token, err := parameters(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	s.calls = append(s.calls, Call{Method: method, Params: params, At: s.o.Now()})
	fault := s.fault(method, params)
	if wait := s.exceeds(method, params); wait > 0 {
		fault = &Fault{Status: http.StatusTooManyRequests, RetryAfter: strconv.Itoa(wait)}
	}
	s.underWay[method]++
	s.change()
	s.mu.Unlock()
	defer s.answered(method)

	if fault == nil {
		fault = &Fault{}
	}
	answered := fault.Status == 0 && fault.Error == "" && !fault.Lost
	var out answer
	if fault.Done || answered {
		out = s.call(method, token, params)
	}
	if !s.hold(r, fault) {
		return
	}
	switch {
	case answered:
		s.reply(w, out)
	case fault.Lost:
		panic(http.ErrAbortHandler) // cuts the connection
	case fault.Status != 0:
		if fault.RetryAfter != "" {
			w.Header().Set("Retry-After", fault.RetryAfter)
		}
		w.WriteHeader(fault.Status)
	default:
		s.reply(w, refusal(fault.Error))
	}
}

// answered: the call is not under way any more.
func (s *Server) answered(method string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.underWay[method]--
	s.change()
}

// UnderWay counts the calls of the method that were not answered yet.
func (s *Server) UnderWay(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.underWay[method]
}

// hold waits as the fault says; false when the caller has gone meanwhile.
func (s *Server) hold(r *http.Request, f *Fault) bool {
	if f.Wait == nil {
		return true
	}
	select {
	case <-f.Wait:
		return true
	case <-r.Context().Done():
	case <-s.done:
	}
	return false
}

// fault takes the next fault of the method, nil when it has none. The lock is held.
func (s *Server) fault(method string, params url.Values) *Fault {
	if f := s.faults[method]; len(f) > 0 {
		s.faults[method] = f[1:]
		return f[0]
	}
	if len(s.acting) > 0 && Acts(method) {
		f := s.acting[0]
		s.acting = s.acting[1:]
		return f
	}
	if s.o.Chaos != nil {
		return s.o.Chaos(method, params)
	}
	return nil
}

func (s *Server) reply(w http.ResponseWriter, out answer) {
	_, failed := out["error"]
	out["ok"] = !failed
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("X-OAuth-Scopes", strings.Join(s.o.Scopes, ","))
	data, err := json.Marshal(out)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(data) // the caller may have gone
}

// parameters reads a call as form or JSON.
func parameters(r *http.Request) (url.Values, string, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 4<<20))
	if err != nil {
		return nil, "", err
	}
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		fields := map[string]json.RawMessage{}
		if len(body) > 0 && string(body) != "null" && json.Unmarshal(body, &fields) != nil {
			return nil, "", io.ErrUnexpectedEOF
		}
		v := url.Values{}
		for k, raw := range fields {
			var text string
			if json.Unmarshal(raw, &text) != nil {
				text = string(raw)
			}
			v.Set(k, text)
		}
		return v, token, nil
	}
	v, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, "", err
	}
	if v.Get("token") != "" {
		token = v.Get("token")
	}
	v.Del("token")
	return v, token, nil
}

// call carries out a method.
func (s *Server) call(method, token string, p url.Values) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.change()
	want := s.o.BotToken
	if method == "apps.connections.open" {
		want = s.o.AppToken
	}
	switch {
	case token != want:
		return refusal("invalid_auth")
	case s.revoked && want == s.o.BotToken:
		return refusal("token_revoked")
	}
	switch method {
	case "auth.test":
		return answer{"team": "Test", "team_id": s.o.Team, "user": "sereno", "user_id": s.o.BotUser, "bot_id": s.o.BotID}
	case "apps.connections.open":
		ticket := s.id("ticket")
		s.tickets[ticket] = true
		return answer{"url": "ws://" + s.addr + "/link/?ticket=" + ticket}
	case "chat.postMessage":
		return s.postMessage(p)
	case "chat.postEphemeral":
		return s.postEphemeral(p)
	case "chat.update":
		return s.update(p)
	case "conversations.open":
		return s.openDirect(p.Get("users"))
	case "conversations.info":
		return s.info(p.Get("channel"))
	case "conversations.history":
		return s.readHistory(p)
	case "conversations.replies":
		return s.replies(p)
	case "users.info":
		u, ok := s.users[p.Get("user")]
		if !ok {
			return refusal("user_not_found")
		}
		return answer{"user": map[string]any{
			"id": u.ID, "team_id": u.Team, "name": strings.ToLower(u.Name), "deleted": u.Deleted, "is_bot": u.Bot,
			"profile": map[string]any{"display_name": u.Name, "real_name": u.Name},
		}}
	case "views.open":
		return s.openView(p)
	case "chat.delete":
		return s.remove(p)
	case "reactions.add":
		return s.addReaction(p)
	case "views.publish":
		return s.publish(p)
	case "files.getUploadURLExternal":
		return s.uploadURL(p)
	case "files.completeUploadExternal":
		return s.completeUpload(p)
	case "files.info":
		return s.fileInfo(p)
	}
	return s.more(method, p)
}

// writable answers the channel that the bot may write to, or the refusal. The lock is held.
func (s *Server) writable(id string) (*channel, answer) {
	c := s.channels[id]
	switch {
	case c == nil:
		return nil, refusal("channel_not_found")
	case c.archived:
		return nil, refusal("is_archived")
	case !c.member:
		return nil, refusal("not_in_channel")
	}
	return c, nil
}

func (s *Server) postMessage(p url.Values) answer {
	c, no := s.writable(p.Get("channel"))
	if no == nil {
		no = checkMessage(p)
	}
	if no == nil && p.Get("thread_ts") != "" && c.find(p.Get("thread_ts")) == nil {
		no = refusal("thread_not_found")
	}
	if no != nil {
		return no
	}
	m := s.ours(c, p)
	m.TS = s.stamp()
	c.messages = append(c.messages, m)
	return answer{"channel": c.id, "ts": m.TS, "message": s.wire(c, m, true)}
}

// remove carries out chat.delete.
func (s *Server) remove(p url.Values) answer {
	c, no := s.writable(p.Get("channel"))
	if no != nil {
		return no
	}
	m := c.find(p.Get("ts"))
	switch {
	case m == nil:
		return refusal("message_not_found")
	case m.BotID != s.o.BotID:
		return refusal("cant_delete_message")
	}
	c.remove(m.TS)
	return answer{"channel": c.id, "ts": m.TS}
}

func (s *Server) addReaction(p url.Values) answer {
	c, no := s.writable(p.Get("channel"))
	if no != nil {
		return no
	}
	m := c.find(p.Get("timestamp"))
	switch {
	case m == nil:
		return refusal("message_not_found")
	case !reactionName.MatchString(p.Get("name")):
		return refusal("invalid_name")
	case slices.Contains(m.Reactions, p.Get("name")):
		return refusal("already_reacted")
	}
	m.Reactions = append(m.Reactions, p.Get("name"))
	return answer{}
}

var reactionName = regexp.MustCompile(`^[a-z0-9+_'-]+$`)

// publish carries out views.publish.
func (s *Server) publish(p url.Values) answer {
	if _, ok := s.users[p.Get("user_id")]; !ok {
		return refusal("user_not_found")
	}
	var v struct {
		Type   string          `json:"type"`
		Blocks json.RawMessage `json:"blocks"`
	}
	wrong := "not a view"
	if json.Unmarshal([]byte(p.Get("view")), &v) == nil && v.Type == "home" {
		wrong = checkBlocks(v.Blocks, 100)
	}
	if wrong != "" {
		return answer{"error": "invalid_arguments", "response_metadata": map[string]any{"messages": []string{wrong}}}
	}
	s.homes[p.Get("user_id")] = json.RawMessage(p.Get("view"))
	return answer{"view": map[string]any{"id": s.id("V"), "type": "home"}}
}

// Home is the page that was published for the person, nil when none was.
func (s *Server) Home(user string) json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.homes[user]
}

// Acts reports whether the method shows or changes something that people see.
func Acts(method string) bool {
	switch method {
	case "chat.postMessage", "chat.postEphemeral", "chat.update", "chat.delete", "reactions.add", "views.open", "views.publish",
		"files.completeUploadExternal":
		return true
	}
	return false
}

// ours is a message of the bot's from a call's parameters. The lock is held.
func (s *Server) ours(c *channel, p url.Values) *Message {
	m := &Message{Channel: c.id, Thread: p.Get("thread_ts"), User: s.o.BotUser, BotID: s.o.BotID, Text: p.Get("text")}
	if b := p.Get("blocks"); b != "" {
		m.Blocks = json.RawMessage(b)
	}
	if raw := p.Get("metadata"); raw != "" {
		var meta struct {
			Payload map[string]any `json:"event_payload"`
		}
		if json.Unmarshal([]byte(raw), &meta) == nil {
			m.Metadata = json.RawMessage(raw)
			m.Key, _ = meta.Payload["key"].(string)
			m.Part, _ = meta.Payload["part"].(string)
		}
	}
	return m
}

func (s *Server) postEphemeral(p url.Values) answer {
	c, no := s.writable(p.Get("channel"))
	if no == nil {
		no = checkMessage(p)
	}
	if no != nil {
		return no
	}
	m := s.ours(c, p)
	m.TS, m.Ephemeral = s.stamp(), p.Get("user")
	c.messages = append(c.messages, m)
	return answer{"message_ts": m.TS}
}

func (s *Server) update(p url.Values) answer {
	c, no := s.writable(p.Get("channel"))
	if no == nil {
		no = checkMessage(p)
	}
	if no != nil {
		return no
	}
	m := c.find(p.Get("ts"))
	switch {
	case m == nil:
		return refusal("message_not_found")
	case m.BotID != s.o.BotID:
		return refusal("cant_update_message")
	}
	changed := s.ours(c, p)
	m.Text, m.Blocks = changed.Text, changed.Blocks
	m.Updates++
	return answer{"channel": c.id, "ts": m.TS, "text": m.Text}
}

func (s *Server) openDirect(user string) answer {
	u, ok := s.users[user]
	switch {
	case !ok:
		return refusal("user_not_found")
	case u.Bot:
		return refusal("cannot_dm_bot")
	case u.Deleted:
		return refusal("user_disabled")
	}
	id := "D" + strings.TrimPrefix(user, "U")
	if s.channels[id] == nil {
		s.channels[id] = &channel{id: id, member: true, user: user}
	}
	return answer{"channel": map[string]any{"id": id, "is_im": true, "user": user}}
}

func (s *Server) info(id string) answer {
	c := s.channels[id]
	if c == nil {
		return refusal("channel_not_found")
	}
	return answer{"channel": map[string]any{
		"id": id, "name": strings.ToLower(id), "is_member": c.member, "is_archived": c.archived, "is_im": c.user != "",
		"is_ext_shared": len(c.shared) > 0, "shared_team_ids": c.shared,
	}}
}

func (s *Server) openView(p url.Values) answer {
	used, known := s.triggers[p.Get("trigger_id")]
	switch {
	case !known:
		return refusal("expired_trigger_id")
	case used:
		return refusal("exchanged_trigger_id")
	}
	raw := json.RawMessage(p.Get("view"))
	var v struct {
		CallbackID string `json:"callback_id"`
		Value      string `json:"private_metadata"`
		ExternalID string `json:"external_id"`
	}
	if json.Unmarshal(raw, &v) != nil || checkView(raw) != "" {
		return answer{"error": "invalid_arguments", "response_metadata": map[string]any{"messages": []string{checkView(raw)}}}
	}
	for _, other := range s.views {
		if v.ExternalID != "" && other.ExternalID == v.ExternalID {
			return refusal("duplicate_external_id")
		}
	}
	s.triggers[p.Get("trigger_id")] = true
	view := View{ID: s.id("V"), Trigger: p.Get("trigger_id"), User: s.owners[p.Get("trigger_id")], CallbackID: v.CallbackID, Value: v.Value, ExternalID: v.ExternalID, JSON: raw}
	s.views = append(s.views, view)
	return answer{"view": map[string]any{"id": view.ID, "type": "modal", "callback_id": v.CallbackID}}
}
