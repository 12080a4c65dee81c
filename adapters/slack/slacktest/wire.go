package slacktest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// stamp gives the next ts. The lock is held.
func (s *Server) stamp() string {
	us := max(s.o.Now().UnixMicro(), s.lastTS+1)
	s.lastTS = us
	return fmt.Sprintf("%d.%06d", us/1e6, us%1e6)
}

// id gives an id that was never given before. The lock is held.
func (s *Server) id(prefix string) string {
	s.serial++
	return fmt.Sprintf("%s%06d", prefix, s.serial)
}

// find answers a message, nil when there is none. The lock is held.
func (c *channel) find(ts string) *Message {
	for _, m := range c.messages {
		if m.TS == ts && m.Ephemeral == "" {
			return m
		}
	}
	return nil
}

// remove takes a message out of the channel. The lock is held.
func (c *channel) remove(ts string) {
	c.messages = slices.DeleteFunc(c.messages, func(m *Message) bool { return m.TS == ts })
}

// wire is the message as events and the history show it. The lock is held.
func (s *Server) wire(c *channel, m *Message, metadata bool) map[string]any {
	w := map[string]any{"type": "message", "user": m.User, "text": m.Text, "ts": m.TS, "team": s.o.Team}
	put := func(k, v string) {
		if v != "" {
			w[k] = v
		}
	}
	put("subtype", m.SubType)
	put("bot_id", m.BotID)
	put("thread_ts", m.Thread)
	if m.BotID == s.o.BotID {
		w["app_id"] = s.o.AppID
	}
	if u, ok := s.users[m.User]; ok {
		w["user_team"], w["source_team"] = u.Team, u.Team
	}
	if len(m.Blocks) > 0 {
		w["blocks"] = m.Blocks
	}
	if m.EditedTS != "" {
		w["edited"] = map[string]any{"user": m.User, "ts": m.EditedTS}
	}
	if len(m.Reactions) > 0 {
		var list []any
		for _, name := range m.Reactions {
			list = append(list, map[string]any{"name": name, "count": 1, "users": []string{s.o.BotUser}})
		}
		w["reactions"] = list
	}
	if len(m.Files) > 0 {
		w["files"] = m.Files
	}
	if len(m.Metadata) > 0 && metadata {
		w["metadata"] = m.Metadata
	}
	if m.Thread == "" {
		replies, latest := 0, ""
		for _, r := range c.messages {
			if r.Thread == m.TS && r.Ephemeral == "" {
				replies, latest = replies+1, r.TS
			}
		}
		if replies > 0 {
			w["thread_ts"], w["reply_count"], w["latest_reply"] = m.TS, replies, latest
		}
	}
	return w
}

// older reports whether ts a is before ts b.
func older(a, b string) bool { return micros(a) < micros(b) }

func micros(ts string) int64 {
	secs, us, _ := strings.Cut(ts, ".")
	n, err := strconv.ParseInt(secs+(us + "000000")[:6], 10, 64)
	if err != nil {
		return 0
	}
	return n
}
