package slacktest

import (
	"net/url"
	"slices"
	"strconv"
)

// readHistory answers messages outside threads (and those broadcast from
// them), newest first, in pages.
func (s *Server) readHistory(p url.Values) answer {
	return s.page(p, func(_ *channel, m *Message) bool {
		return m.Thread == "" || m.SubType == "thread_broadcast"
	}, true)
}

// replies answers a thread, oldest first; every page begins with the root.
func (s *Server) replies(p url.Values) answer {
	c := s.channels[p.Get("channel")]
	if c == nil || !c.member {
		return refusal("channel_not_found")
	}
	asked := c.find(p.Get("ts"))
	if asked == nil {
		return refusal("thread_not_found")
	}
	root := asked.TS
	all := p.Get("include_all_metadata") == "1"
	if asked.Thread != "" { // an answer's own ts gives that answer alone
		return answer{"messages": []any{s.wire(c, asked, all)}, "has_more": false}
	}
	out := s.page(p, func(_ *channel, m *Message) bool { return m.Thread == root }, false)
	if list, ok := out["messages"].([]any); ok {
		out["messages"] = append([]any{s.wire(c, asked, all)}, list...)
	}
	return out
}

// page answers the messages that belong, within oldest and latest, from the
// cursor on. The lock is held.
func (s *Server) page(p url.Values, belongs func(*channel, *Message) bool, newestFirst bool) answer {
	c := s.channels[p.Get("channel")]
	switch {
	case c == nil:
		return refusal("channel_not_found")
	case !c.member:
		return refusal("not_in_channel")
	}
	oldest, latest, inclusive := p.Get("oldest"), p.Get("latest"), p.Get("inclusive") == "1"
	var found []*Message
	for _, m := range c.messages {
		if m.Ephemeral != "" || !belongs(c, m) {
			continue
		}
		tooOld := oldest != "" && (older(m.TS, oldest) || (m.TS == oldest && !inclusive))
		tooNew := latest != "" && (older(latest, m.TS) || (m.TS == latest && !inclusive))
		if !tooOld && !tooNew {
			found = append(found, m)
		}
	}
	if newestFirst {
		slices.Reverse(found)
	}
	start, limit := number(p.Get("cursor"), 0), number(p.Get("limit"), 100)
	end := min(start+limit, len(found))
	out := []any{}
	for _, m := range found[min(start, end):end] {
		out = append(out, s.wire(c, m, p.Get("include_all_metadata") == "1"))
	}
	next := ""
	if end < len(found) {
		next = strconv.Itoa(end)
	}
	return answer{"messages": out, "has_more": next != "", "response_metadata": map[string]any{"next_cursor": next}}
}

func number(s string, otherwise int) int {
	if n, err := strconv.Atoi(s); err == nil && n >= 0 {
		return n
	}
	return otherwise
}
