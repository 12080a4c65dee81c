package slacktest

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// more carries out the methods that are not about messages. The lock is held.
func (s *Server) more(method string, p url.Values) answer {
	switch method {
	case "usergroups.users.list":
		return s.groupMembers(p.Get("usergroup"))
	case "files.delete":
		if _, ok := s.files[p.Get("file")]; !ok {
			return refusal("file_not_found")
		}
		delete(s.files, p.Get("file"))
		return answer{}
	}
	return refusal("unknown_method")
}

// lacks answers the refusal when the scope was not granted; nil when it was, or
// when the workspace was made without a word about scopes. The lock is held.
func (s *Server) lacks(scope string) answer {
	if s.o.Scopes == nil || slices.Contains(s.o.Scopes, scope) {
		return nil
	}
	return answer{"error": "missing_scope", "needed": scope}
}

// OpenHome looks at a tab ("home", "messages") of the app and tells it.
func (s *Server) OpenHome(user, tab string) *Envelope {
	s.mu.Lock()
	now := s.stamp()
	s.mu.Unlock()
	return s.Event(map[string]any{
		"type": "app_home_opened", "user": user, "channel": "D" + strings.TrimPrefix(user, "U"), "tab": tab, "event_ts": now,
	})
}

// PressHome presses a button of the person's own page; false when there is none.
func (s *Server) PressHome(user, id string) (*Envelope, bool) {
	for _, b := range HomeButtons(s.Home(user)) {
		if b.ActionID != id {
			continue
		}
		s.mu.Lock()
		now := s.stamp()
		s.mu.Unlock()
		return s.Push("interactive", map[string]any{
			"type": "block_actions", "team": map[string]any{"id": s.o.Team}, "api_app_id": s.o.AppID, "trigger_id": s.Trigger(user),
			"user":      map[string]any{"id": user, "name": strings.ToLower(s.nameOf(user)), "team_id": s.o.Team},
			"container": map[string]any{"type": "view", "view_id": "V1"},
			"view":      map[string]any{"id": "V1", "type": "home"},
			"actions":   []any{map[string]any{"type": "button", "action_id": b.ActionID, "value": b.Value, "action_ts": now}},
		}), true
	}
	return nil, false
}

// HomeButtons lists the buttons of a page as it was published.
func HomeButtons(view json.RawMessage) []Button {
	var v struct {
		Blocks json.RawMessage `json:"blocks"`
	}
	_ = json.Unmarshal(view, &v) // publish has read it
	return Buttons(Message{Blocks: v.Blocks})
}

// Global uses a global shortcut.
func (s *Server) Global(user, callback string) *Envelope {
	s.mu.Lock()
	now := s.stamp()
	s.mu.Unlock()
	return s.Push("interactive", map[string]any{
		"type": "shortcut", "callback_id": callback, "trigger_id": s.Trigger(user), "action_ts": now,
		"team": map[string]any{"id": s.o.Team},
		"user": map[string]any{"id": user, "username": strings.ToLower(s.nameOf(user)), "team_id": s.o.Team},
	})
}

// Share shares a channel between organisations.
func (s *Server) Share(id string, teams ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.channels[id]; c != nil {
		c.shared = teams
	}
}

// SetGroup says who is in a user group.
func (s *Server) SetGroup(id string, users ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.groups == nil {
		s.groups = map[string][]string{}
	}
	s.groups[id] = users
}

func (s *Server) groupMembers(id string) answer {
	if no := s.lacks("usergroups:read"); no != nil {
		return no
	}
	users, ok := s.groups[id]
	if !ok {
		return refusal("no_such_subteam")
	}
	return answer{"users": append([]string{}, users...)}
}
