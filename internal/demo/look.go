package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"sereno/adapters/console"
	"sereno/bot/company"
)

// shownAtOnce is how many messages /show shows at most: the newest.
const shownAtOnce = 30

func (s *session) show(context.Context, string) error {
	all := s.stage.Messages(s.channel, s.me)
	var shown []console.Message
	for _, m := range all {
		if s.thread == "" || m.ID == s.thread || m.Thread == s.thread {
			shown = append(shown, m)
		}
	}
	if s.thread == "" {
		shown = threaded(shown)
	}
	if len(shown) == 0 {
		s.note(s.words.t("show.nothing", "where", s.where(s.channel, s.thread)))
		return nil
	}
	if n := len(shown) - shownAtOnce; n > 0 {
		s.note(s.words.t("show.more", "count", strconv.Itoa(n)))
		shown = shown[n:]
	}
	s.shownDay = ""
	for _, m := range shown {
		s.day(m.At)
		if m.Author != "" {
			s.said(m)
			continue
		}
		channel, to := m.Channel, m.Only
		if owner, ok := strings.CutPrefix(channel, "@"); ok {
			channel, to = "", owner
		}
		s.record(console.Record{
			ID: m.ID, At: m.At, Kind: m.Kind, Channel: channel, To: to,
			Thread: m.Thread, Incident: m.Incident, Message: m.Body,
		})
	}
	s.shownDay = s.date(s.stage.Now())
	return nil
}

// threaded puts each reply after the message at its root.
func threaded(in []console.Message) []console.Message {
	var out []console.Message
	for _, m := range in {
		if m.Thread != "" {
			continue
		}
		out = append(out, m)
		for _, r := range in {
			if r.Thread == m.ID {
				out = append(out, r)
			}
		}
	}
	return out
}

// describe names a person and what they are.
func (s *session) describe(user string) string {
	c := s.stage.Company
	p := c.PersonAt(console.Name, user)
	if p == nil {
		return user
	}
	var parts []string
	if p.Customer != nil {
		parts = append(parts, s.words.t("role.contact", "customer", p.Customer.Name))
	}
	for _, r := range p.Roles {
		if r != company.CustomerRole {
			parts = append(parts, s.words.t("role."+string(r)))
		}
	}
	for _, t := range c.TeamsOf(p) {
		parts = append(parts, t.Key)
	}
	if len(parts) == 0 {
		return user
	}
	return user + " (" + strings.Join(parts, ", ") + ")"
}

func (s *session) who(context.Context, string) error {
	c := s.stage.Company
	s.note(s.words.t("who.people"))
	for _, user := range s.people() {
		zone := s.zone("@"+user, "")
		s.note("  " + s.describe(user) + " · " + s.stage.Now().In(zone).Format("15:04") + " " + city(zone))
	}
	s.note(s.words.t("who.channels"))
	for _, name := range console.Channels(c) {
		s.note("  #" + name + " · " + s.audience(name, ""))
	}
	for _, sch := range c.Schedules {
		s.note(s.words.t("who.schedule", "name", sch.Name, "people", strings.Join(sch.People(), ", ")))
	}
	return nil
}

func (s *session) state(ctx context.Context, _ string) error {
	state, err := s.stage.State(ctx)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(state, "", "  ")
	if err != nil {
		return fmt.Errorf("write how things stand: %w", err)
	}
	s.print(clean(string(text)) + "\n")
	return nil
}

func (s *session) help(ctx context.Context, arg string) error {
	arg = strings.TrimPrefix(arg, "/")
	for _, v := range verbs {
		if v.name == arg {
			s.tell(s.words.t("help."+v.name), 0)
			s.print("  " + s.words.t("example."+v.name) + "\n")
			return nil
		}
	}
	for _, c := range s.commands {
		if c.Name == arg {
			return s.command(ctx, "/"+arg+" help")
		}
	}
	if arg != "" {
		if near := console.Nearest("/"+arg, verbNames()); near != "" {
			return s.wrong("wrong.verb", "typed", "/"+arg, "nearest", near, "example", s.words.t("example."+near[1:]))
		}
		return s.wrong("wrong.help", "typed", arg)
	}
	s.print(s.colours.in(bold, s.words.t("help.title")) + "\n")
	width := 0
	for _, v := range verbs {
		width = max(width, columns(s.words.t("example."+v.name)))
	}
	for _, v := range verbs {
		s.print("  " + s.colours.in(cyan, pad(s.words.t("example."+v.name), width)) + "  ")
		s.tell(s.words.t("help."+v.name), width+4)
	}
	s.tell(s.words.t("help.plain"), 0)
	s.print("\n" + s.colours.in(bold, s.words.t("help.bot")) + "\n")
	for _, c := range s.commands {
		for _, line := range wrap("  "+strings.TrimSpace("/"+c.Name+" "+c.Usage), s.width) {
			s.print(s.colours.in(cyan, line) + "\n")
		}
		s.tell("      "+c.Summary, 0)
	}
	s.print("\n" + s.colours.in(bold, s.words.t("tour.title")) + "\n")
	s.tell(s.words.t("tour"), 0)
	return nil
}
