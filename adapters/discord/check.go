package discord

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
)

// Problem is something at Discord that keeps the bot from working.
type Problem struct {
	// Code is stable: "token", "intent", "server", "invite", "channel", "no_channel",
	// "other_server", "permission", "person", "commands", "commands_differ", "clock",
	// "unreachable".
	Code string
	// Subject is what it is about: a channel's, a server's or a person's id.
	Subject string
	// Cause is what Discord said, for people who look into it, without secrets; of
	// "invite" and "no_channel" the address at which the bot is added, of
	// "other_server" the server's id, of "permission" its names, of "clock" how far
	// ours is ahead.
	Cause string
}

func (p Problem) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s %s: %s", p.Code, p.Subject, p.Cause))
}

// clockSkew is how far our clock may be from Discord's: commitments are counted
// from when Discord says that something was written.
const clockSkew = 5 * time.Second

// Bits of an application's flags that grant the content of messages
// (https://docs.discord.com/developers/resources/application#application-object-application-flags).
const contentFlags = 1<<18 | 1<<19

// Check asks Discord whether the bot can work: whether its token is good and it
// may read messages, it is in every channel with all permissions, every person
// exists and can be written to, the commands are registered and the clocks
// agree. It changes nothing but for opening direct conversations, in which
// nothing is written, and answers all problems that it finds; none means that
// all is well. When the token is no good it can find no more than that.
func (a *Adapter) Check(ctx context.Context, channels, users []string) []Problem {
	me, err := a.whoAmI(ctx)
	if err != nil {
		return []Problem{a.problem("token", "bot", err)}
	}
	out := a.checkApplication(ctx)
	out = append(out, a.checkClock(ctx)...)
	c := checking{a: a, me: me, servers: map[string]*server{}}
	if a.config.Guild != "" {
		if _, problem := c.server(ctx, a.config.Guild); problem != nil {
			out = append(out, *problem)
		}
	}
	for _, id := range channels {
		out = append(out, c.channel(ctx, id)...)
	}
	for _, id := range users {
		out = append(out, a.checkPerson(ctx, id)...)
	}
	return append(out, a.checkCommands(ctx)...)
}

func (a *Adapter) problem(code, subject string, err error) Problem {
	if status(err) == 0 || status(err) >= 500 {
		code = "unreachable"
	}
	return Problem{code, subject, explained(err).Error()}
}

// checkApplication: may we read what people write?
func (a *Adapter) checkApplication(ctx context.Context) []Problem {
	var app struct {
		Flags int64 `json:"flags"`
	}
	if err := a.get(ctx, "/applications/@me", &app); err != nil {
		return []Problem{a.problem("intent", "MESSAGE_CONTENT", err)}
	}
	if app.Flags&contentFlags == 0 {
		return []Problem{{
			"intent", "MESSAGE_CONTENT",
			"switch on “Message Content Intent” in the Developer Portal, your application, page “Bot”, “Privileged Gateway Intents”",
		}}
	}
	return nil
}

// checkClock compares our clock with the time of an answer.
func (a *Adapter) checkClock(ctx context.Context) []Problem {
	ctx, cancel := context.WithTimeout(ctx, a.tune.call)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.config.APIURL+"/gateway", nil)
	if err != nil {
		return nil // New has checked the address
	}
	before := a.clock.Now()
	answer, err := a.api.Client.Do(req)
	if err != nil {
		return nil // that it cannot be reached is said already
	}
	_ = answer.Body.Close() // its head is what we want
	theirs, err := http.ParseTime(answer.Header.Get("Date"))
	if err != nil {
		return nil
	}
	ours := a.clock.Now()
	ours = ours.Add(-ours.Sub(before) / 2)
	// Theirs is cut to the second.
	if apart := ours.Sub(theirs.Add(500 * time.Millisecond)); apart.Abs() > clockSkew {
		return []Problem{{"clock", "", apart.Round(time.Second).String()}}
	}
	return nil
}

// checking remembers the servers that it asked about.
type checking struct {
	a       *Adapter
	me      identity
	servers map[string]*server
}

// server is one of ours, with the bot's roles in it.
type server struct {
	guild
	mine []string
}

func (c *checking) server(ctx context.Context, id string) (*server, *Problem) {
	if s, ok := c.servers[id]; ok {
		return s, nil
	}
	var s server
	if err := c.a.get(ctx, "/guilds/"+id, &s.guild); err != nil {
		p := c.a.problem("server", id, err)
		if refused(err) {
			p.Code, p.Cause = "invite", InviteURL(c.me.app, id)
		}
		return nil, &p
	}
	var m member
	if err := c.a.get(ctx, "/guilds/"+id+"/members/"+c.me.user, &m); err != nil {
		p := c.a.problem("server", id, err)
		return nil, &p
	}
	s.mine = m.Roles
	c.servers[id] = &s
	return &s, nil
}

func (c *checking) channel(ctx context.Context, id string) []Problem {
	if !isSnowflake(id) {
		return []Problem{{"channel", id, "a channel's id is a number: switch on Developer Mode in Discord, and “Copy Channel ID” in the channel's menu"}}
	}
	p, err := c.a.lookUp(ctx, id)
	switch {
	case err != nil:
		out := c.a.problem("channel", id, err)
		if gone(err) {
			out.Code, out.Cause = "no_channel", InviteURL(c.me.app, c.a.config.Guild)
		}
		return []Problem{out}
	case p.thread() || p.direct() || p.Type == guildVoice || p.Type == guildCategory || p.Guild == "":
		return []Problem{{"channel", id, "it is neither a text channel nor a forum of a server"}}
	case !c.a.listensTo(p.Guild):
		return []Problem{{"other_server", id, p.Guild}}
	}
	s, problem := c.server(ctx, p.Guild)
	if problem != nil {
		return []Problem{*problem}
	}
	has := s.permissions(c.me.user, p)
	var out []Problem
	for _, needed := range Permissions {
		if has&needed.Bit == 0 && (!p.posts() || needed.Name != "CREATE_PUBLIC_THREADS") {
			out = append(out, Problem{"permission", id, fmt.Sprintf("“%s” (%s)", needed.Setting, needed.Name)})
		}
	}
	return out
}

// overwrite is what a channel allows or denies to a role (type 0) or person (1).
type overwrite struct {
	ID    string `json:"id"`
	Type  int    `json:"type"`
	Allow string `json:"allow"`
	Deny  string `json:"deny"`
}

// permissions are the person's in the channel
// (https://docs.discord.com/developers/topics/permissions#permission-overwrites).
func (s *server) permissions(user string, p *place) uint64 {
	if s.Owner == user {
		return ^uint64(0)
	}
	var sum uint64
	for _, r := range s.Roles {
		if r.ID == s.ID || slices.Contains(s.mine, r.ID) { // the role of everybody has the server's id
			sum |= bits(r.Permissions)
		}
	}
	if sum&discordgo.PermissionAdministrator != 0 {
		return ^uint64(0)
	}
	var allow, deny uint64
	for _, o := range p.Overwrites {
		if o.ID == s.ID {
			sum = sum&^bits(o.Deny) | bits(o.Allow)
		}
		if o.Type == 0 && o.ID != s.ID && slices.Contains(s.mine, o.ID) {
			allow, deny = allow|bits(o.Allow), deny|bits(o.Deny)
		}
	}
	sum = sum&^deny | allow
	for _, o := range p.Overwrites {
		if o.Type == 1 && o.ID == user {
			sum = sum&^bits(o.Deny) | bits(o.Allow)
		}
	}
	if sum&discordgo.PermissionViewChannel == 0 {
		return 0 // who does not see it has none of the others either
	}
	return sum
}

func bits(s string) uint64 {
	n, _ := strconv.ParseUint(s, 10, 64)
	return n
}

// checkPerson: is there such a person, and may we write to them? Whether they
// take messages from us is known only when one is sent.
func (a *Adapter) checkPerson(ctx context.Context, id string) []Problem {
	if !isSnowflake(id) {
		return []Problem{{"person", id, "a person's id is a number: switch on Developer Mode in Discord, and “Copy User ID” in the person's menu"}}
	}
	var u user
	if err := a.get(ctx, "/users/"+id, &u); err != nil {
		return []Problem{a.problem("person", id, err)}
	}
	if u.Bot {
		return []Problem{{"person", id, "it is a bot, and cannot be written to"}}
	}
	if _, err := a.directWith(ctx, id); err != nil {
		return []Problem{a.problem("person", id, err)}
	}
	return nil
}

// checkCommands: does Discord have the commands as they are now?
func (a *Adapter) checkCommands(ctx context.Context) []Problem {
	if len(a.specs.Specs) == 0 {
		return nil
	}
	want, err := a.specs.registration()
	if err != nil {
		return []Problem{{"commands", "", err.Error()}}
	}
	same, _, err := a.registered(ctx, want)
	switch {
	case err != nil:
		return []Problem{a.problem("commands", "", err)}
	case !same:
		return []Problem{{"commands_differ", "", "discord has other commands than this version"}}
	}
	return nil
}
