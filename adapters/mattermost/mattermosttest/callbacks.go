package mattermosttest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
)

// The server's own calls: they go to whatever address was entered, and are
// repeated by nobody but the person.

// ErrFailed: the other side did not answer with 200, and the person is told so.
var ErrFailed = errors.New("mattermosttest: the integration failed")

// post sends a body and reads the answer; lastAgain sends it once more.
func (s *Server) post(address, contentType string, headers map[string]string, body []byte) ([]byte, error) {
	do := func() ([]byte, error) {
		r, err := http.NewRequest(http.MethodPost, address, bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("Accept", "application/json")
		for name, v := range headers {
			r.Header.Set(name, v)
		}
		client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
		answer, err := client.Do(r)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrFailed, err)
		}
		defer answer.Body.Close()
		out, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
		if err != nil || answer.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("%w: %d %.100q", ErrFailed, answer.StatusCode, out)
		}
		return out, nil
	}
	s.mu.Lock()
	s.lastAgain = func() error { _, err := do(); return err }
	s.mu.Unlock()
	return do()
}

// trigger lets the person's client open a dialog for a while. The lock is held.
func (s *Server) trigger(user, channel string) string {
	id := model.NewId()
	s.triggers[id] = &opened{user, channel, time.Now().Add(s.o.TriggerLife)}
	return id
}

// Press presses the button on a post, as the person who sees it.
func (s *Server) Press(user, postID, label string) error {
	s.mu.Lock()
	p := s.posts[postID]
	for _, n := range s.notes {
		if n.Id == postID && n.only == user {
			p = n
		}
	}
	var action *model.PostAction
	if p != nil && p.DeleteAt == 0 {
		for _, a := range p.Attachments() {
			for _, b := range a.Actions {
				if visible(b.Name) == label {
					action = b
				}
			}
		}
	}
	if action == nil {
		s.mu.Unlock()
		return fmt.Errorf("mattermosttest: no button %q on %q", label, postID)
	}
	c := s.channels[p.ChannelId]
	body, err := json.Marshal(model.PostActionIntegrationRequest{
		UserId: user, UserName: s.users[user].Username, ChannelId: c.Id, ChannelName: c.Name, TeamId: c.TeamId, TeamName: teamName(c, s),
		PostId: p.Id, TriggerId: s.trigger(user, c.Id), Type: action.Type, Context: action.Integration.Context,
	})
	root := p.RootId
	s.mu.Unlock()
	if err != nil {
		return err
	}
	data, err := s.post(action.Integration.URL, "application/json", nil, body)
	if err != nil {
		return err
	}
	var answer model.PostActionIntegrationResponse
	if err := json.Unmarshal(data, &answer); err != nil {
		return fmt.Errorf("%w: it answered no JSON: %.100q", ErrFailed, data)
	}
	if answer.EphemeralText != "" {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.note(user, &model.Post{ChannelId: c.Id, RootId: root, Message: answer.EphemeralText})
	}
	return nil
}

func teamName(c *channel, s *Server) string {
	if c.TeamId == "" {
		return ""
	}
	return s.team.Name
}

// Type types a command in a channel, and in a thread when root is not "".
func (s *Server) Type(user, channel, root, line string) error {
	name, text, _ := strings.Cut(strings.TrimPrefix(line, "/"), " ")
	s.mu.Lock()
	var cmd *model.Command
	for _, c := range s.commands {
		if c.Trigger == strings.ToLower(name) {
			cmd = c
		}
	}
	if cmd == nil {
		s.mu.Unlock()
		return fmt.Errorf("mattermosttest: no command /%s", name)
	}
	c := s.channels[channel]
	hookID := model.NewId()
	s.hooks[hookID] = &hook{user, channel, root, 0, time.Now().Add(30 * time.Minute)}
	v := url.Values{
		"token": {cmd.Token}, "team_id": {s.team.Id}, "team_domain": {s.team.Name}, "channel_id": {channel}, "channel_name": {c.Name},
		"user_id": {user}, "user_name": {s.users[user].Username}, "command": {"/" + cmd.Trigger}, "text": {text},
		"trigger_id": {s.trigger(user, channel)}, "response_url": {s.URL() + "/hooks/commands/" + hookID},
	}
	if root != "" {
		v.Set("root_id", root)
	}
	s.mu.Unlock()
	data, err := s.post(cmd.URL, "application/x-www-form-urlencoded", map[string]string{"Authorization": "Token " + cmd.Token}, []byte(v.Encode()))
	if err != nil {
		return err
	}
	var answer model.CommandResponse
	if err := json.Unmarshal(data, &answer); err != nil {
		return fmt.Errorf("%w: it answered no JSON: %.100q", ErrFailed, data)
	}
	if answer.Text != "" {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.note(user, &model.Post{ChannelId: channel, RootId: root, Message: answer.Text})
	}
	return nil
}

// respond takes what is sent to the response address of a command.
func (s *Server) respond(w http.ResponseWriter, r *http.Request) {
	answer, err := model.CommandResponseFromHTTPBody(r.Header.Get("Content-Type"), r.Body)
	if err != nil {
		reply(w, http.StatusBadRequest, refuse(http.StatusBadRequest, "web.command_webhook.parse.app_error"))
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.hooks[r.PathValue("hook")]
	switch {
	case h == nil || time.Now().After(h.until):
		reply(w, http.StatusNotFound, notFound("app.command_webhook.get.missing"))
		return
	case h.uses >= 5:
		reply(w, http.StatusBadRequest, refuse(http.StatusBadRequest, "app.command_webhook.try_use.invalid"))
		return
	}
	h.uses++
	p := &model.Post{ChannelId: h.channel, RootId: h.root, Message: answer.Text}
	if len(answer.Attachments) > 0 {
		p.AddProp(model.PostPropsAttachments, answer.Attachments)
	}
	if answer.ResponseType == model.CommandResponseTypeInChannel {
		p.Id, p.UserId, p.CreateAt = model.NewId(), h.user, s.now()
		p.UpdateAt = p.CreateAt
		p.AddProp(model.PostPropsFromWebhook, "true")
		s.add(s.channels[h.channel], p)
	} else {
		s.note(h.user, p)
	}
	w.Header().Set("Content-Type", "text/plain")
	_, _ = w.Write([]byte("ok"))
}

// openDialog shows a dialog to who pressed or typed. It checks the dialog as
// newer servers do; 5.37 leaves that to the client, which shows nothing then.
func (s *Server) openDialog(r *http.Request) (any, error) {
	req := decoded[model.OpenDialogRequest](r)
	t := s.triggers[req.TriggerId]
	switch {
	case t == nil:
		return nil, refuse(http.StatusBadRequest, "interactive_message.decode_trigger_id.base64_decode_failed")
	case time.Now().After(t.until):
		return nil, refuse(http.StatusBadRequest, "interactive_message.decode_trigger_id.expired")
	}
	if err := req.IsValid(); err != nil {
		return nil, refuse(http.StatusBadRequest, "api.context.invalid_body_param.app_error")
	}
	s.forms[t.user] = &dialog{&req, t.channel}
	s.change()
	return map[string]string{"status": "OK"}, nil
}

// Submit fills in and sends the dialog that the person has open.
func (s *Server) Submit(user string, fields map[string]string) error {
	s.mu.Lock()
	d := s.forms[user]
	s.mu.Unlock()
	if d == nil {
		return errors.New("mattermosttest: no form is open")
	}
	filled := map[string]any{}
	for _, e := range d.request.Dialog.Elements {
		v, given := fields[e.Name]
		if !given {
			v = e.Default
		}
		if v == "" {
			if !e.Optional {
				return fmt.Errorf("mattermosttest: %q must be filled in", e.Name)
			}
			filled[e.Name] = nil
			continue
		}
		filled[e.Name] = v
	}
	if err := s.SubmitAs(user, filled); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.forms, user)
	return nil
}

// SubmitAs sends the open dialog of one person.
func (s *Server) SubmitAs(user string, filled map[string]any) error {
	s.mu.Lock()
	d := s.forms[user]
	c := s.channels[d.channel]
	s.mu.Unlock()
	body, err := json.Marshal(model.SubmitDialogRequest{
		Type: "dialog_submission", CallbackId: d.request.Dialog.CallbackId, State: d.request.Dialog.State, UserId: user,
		ChannelId: d.channel, TeamId: c.TeamId, Submission: filled,
	})
	if err != nil {
		return err
	}
	_, err = s.post(d.request.URL, "application/json", nil, body)
	return err
}

// Dialog is what the person has open, nil when nothing.
func (s *Server) Dialog(user string) *model.OpenDialogRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d := s.forms[user]; d != nil {
		return d.request
	}
	return nil
}
