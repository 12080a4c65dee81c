package mattermost

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"sereno/bot"
)

// pressed takes a press of a button of ours. The answer waits a moment for a
// private reply to take along.
func (a *Adapter) pressed(r *http.Request, s *session, body []byte) (any, error) {
	req, p, err := a.decodePress(body)
	if err != nil {
		return nil, err
	}
	if err := a.isBound(r.Context(), s, req, p); err != nil {
		return nil, err
	}
	id, taken, closed := a.replies.open()
	defer closed()
	if err := a.called(r.Context(), s, a.press(s, req, p, id)); err != nil {
		return nil, err
	}
	if a.private.isGranted() { // replies are shown without our answer
		return &pressAnswer{}, nil
	}
	t := time.NewTimer(a.tune.answer)
	defer t.Stop()
	select {
	case it := <-taken:
		return &pressAnswer{model.PostActionIntegrationResponse{EphemeralText: it.text, SkipSlackParsing: true}, it.given}, nil
	case <-t.C:
	case <-r.Context().Done():
	}
	return &pressAnswer{}, nil
}

// decodePress reads a press and what the button carried.
func (a *Adapter) decodePress(body []byte) (*model.PostActionIntegrationRequest, pressed, error) {
	var req model.PostActionIntegrationRequest
	var p pressed
	if err := json.Unmarshal(body, &req); err != nil {
		return nil, p, bad(malformed("a press that cannot be read"))
	}
	sealed, _ := req.Context[contextKey].(string)
	if err := unseal(a.signer.action, sealed, &p); err != nil {
		return nil, p, unsigned(err)
	}
	if !model.IsValidId(req.UserId) || !model.IsValidId(req.PostId) || !model.IsValidId(req.ChannelId) || req.TriggerId == "" || p.Button == "" {
		return nil, p, bad(malformed("a press without its person, post, channel or trigger"))
	}
	return &req, p, nil
}

// isBound checks that the button was pressed where it was shown: what was signed
// for one post counts on no other.
func (a *Adapter) isBound(ctx context.Context, s *session, req *model.PostActionIntegrationRequest, p pressed) error {
	elsewhere := unsigned(errors.New("a button that was signed for another place"))
	if p.Channel != req.ChannelId {
		return elsewhere
	}
	switch {
	case p.Post != "":
		if p.Post != req.PostId {
			return elsewhere
		}
		return nil
	case p.User != "": // a private note: there is no post to look at
		if p.User != req.UserId {
			return elsewhere
		}
		return nil
	case p.Key == "":
		return elsewhere
	}
	shown, err := a.shownAs(ctx, s, req)
	switch {
	case err != nil:
		return err
	case shown == nil || shown.key != p.Key:
		return elsewhere
	}
	return nil
}

// shownAs is what we know of a post of ours; nil when it is none.
func (a *Adapter) shownAs(ctx context.Context, s *session, req *model.PostActionIntegrationRequest) (*sentPost, error) {
	if known, ok := a.sent.get(req.PostId); ok {
		return &known, nil
	}
	post, err := call(ctx, a, func(ctx context.Context) (*model.Post, *model.Response, error) {
		return a.api.GetPost(ctx, req.PostId, "")
	})
	switch {
	case barred(err):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("look at the post that was pressed: %w", err)
	case post.UserId != s.at.me || post.ChannelId != req.ChannelId:
		return nil, nil
	}
	borne, _ := post.GetProp(propKey).(string)
	it := sentPost{keyOfPart(borne), post.RootId}
	a.sent.add(req.PostId, it.key, it.root)
	return &it, nil
}

func (a *Adapter) press(s *session, req *model.PostActionIntegrationRequest, p pressed, reply string) arrival {
	at := a.clock.Now().UTC()
	return arrival{lane: "by:" + req.UserId, event: func(ctx context.Context) *bot.Event {
		e := a.by(ctx, req.UserId, req.UserName, req.ChannelId, req.TeamId)
		e.Kind, e.At = bot.ButtonPressed, at
		e.Key = fmt.Sprintf("%s:press:%s:%s:%s", postKey(req.PostId), p.Button, req.UserId, digest(req.TriggerId))
		e.Message, e.Button, e.Value = req.PostId, p.Button, p.Value
		e.Thread = a.threadOf(ctx, s, req, p)
		e.Trigger = trigger{dialog: req.TriggerId, reply: reply}.String()
		return e
	}}
}

// threadOf is the root of the thread that a pressed post answers in, which the
// server does not say. What is shown to one person alone has none.
func (a *Adapter) threadOf(ctx context.Context, s *session, req *model.PostActionIntegrationRequest, p pressed) string {
	if p.User != "" {
		return ""
	}
	shown, err := a.shownAs(ctx, s, req)
	if err != nil || shown == nil {
		return ""
	}
	return shown.root
}

// digest stands for what the server made unique, in a key that must not grow.
func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:12])
}

// by fills in who did something by a call, and where.
func (a *Adapter) by(ctx context.Context, user, username, channel, team string) *bot.Event {
	who := a.people.get(ctx, user)
	where := a.channels.get(ctx, channel)
	return &bot.Event{
		Platform: Platform,
		Channel:  channel,
		Direct:   where.direct,
		User:     user,
		UserName: firstOf(who.name, username),
		UserTeam: firstOf(who.remote, where.team, team),
		Groups:   a.groupsOf(ctx, user),
	}
}

// submitted takes a dialog of ours that somebody sent.
func (a *Adapter) submitted(r *http.Request, s *session, body []byte) (any, error) {
	req, f, err := a.decodeDialog(body)
	if err != nil {
		return nil, err
	}
	if req.Cancelled {
		return &model.SubmitDialogResponse{}, nil
	}
	return &model.SubmitDialogResponse{}, a.called(r.Context(), s, a.form(req, f))
}

func (a *Adapter) decodeDialog(body []byte) (*model.SubmitDialogRequest, filled, error) {
	var req model.SubmitDialogRequest
	var f filled
	if err := json.Unmarshal(body, &req); err != nil {
		return nil, f, bad(malformed("a dialog that cannot be read"))
	}
	if err := unseal(a.signer.dialog, req.State, &f); err != nil {
		return nil, f, unsigned(err)
	}
	// Whoever opened the dialog can read its state and call us with it, as anybody.
	if f.User != req.UserId || f.Form != req.CallbackId || f.Channel != "" && f.Channel != req.ChannelId {
		return nil, f, unsigned(errors.New("a dialog that was signed for somebody else, or another place"))
	}
	if !model.IsValidId(req.UserId) || f.Key == "" {
		return nil, f, bad(malformed("a dialog without its person"))
	}
	return &req, f, nil
}

func (a *Adapter) form(req *model.SubmitDialogRequest, f filled) arrival {
	at := a.clock.Now().UTC()
	return arrival{lane: "by:" + req.UserId, event: func(ctx context.Context) *bot.Event {
		e := a.by(ctx, req.UserId, "", firstOf(f.Channel, req.ChannelId), req.TeamId)
		e.Kind, e.At, e.Key = bot.FormSent, at, Platform+":form:"+digest(f.Key)
		e.Form, e.Value, e.Fields = f.Form, f.Value, map[string]string{}
		for name, v := range req.Submission {
			e.Fields[name] = written(v)
		}
		return e
	}}
}

// written is what somebody filled in, as text.
func written(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return strings.ToValidUTF8(v, "\uFFFD")
	}
	return fmt.Sprint(v)
}

// typed takes a command of ours.
func (a *Adapter) typed(r *http.Request, s *session, body []byte) (any, error) {
	name := trimmedName(r)
	if !a.signer.ofCommand(name, r.URL.Query().Get(proofParam)) {
		return nil, unsigned(errors.New("a command at an address that we did not give out"))
	}
	c, err := decodeCommand(body)
	if err != nil {
		return nil, err
	}
	if c.Get("command") != "/"+name || !a.isToken(r.Context(), s.at, c.Get("team_id"), name, c.Get("token")) {
		return nil, unsigned(errors.New("a command with another's name or token"))
	}
	return &model.CommandResponse{}, a.called(r.Context(), s, a.command(c))
}

// decodeCommand reads a command
// (developers.mattermost.com/integrate/slash-commands/custom).
func decodeCommand(body []byte) (url.Values, error) {
	c, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, bad(malformed("a command that cannot be read"))
	}
	if !model.IsValidId(c.Get("user_id")) || !model.IsValidId(c.Get("channel_id")) || c.Get("trigger_id") == "" || !strings.HasPrefix(c.Get("command"), "/") {
		return nil, bad(malformed("a command without its person, channel, trigger or name"))
	}
	return c, nil
}

// command: the server gives it no time and no id but the trigger, which is new
// each time that somebody presses enter. Newer servers say in which thread it
// was typed.
func (a *Adapter) command(c url.Values) arrival {
	now := a.clock.Now().UTC()
	return arrival{lane: "by:" + c.Get("user_id"), event: func(ctx context.Context) *bot.Event {
		e := a.by(ctx, c.Get("user_id"), c.Get("user_name"), c.Get("channel_id"), c.Get("team_id"))
		text, _, _ := a.reader(ctx, &server{}).read(c.Get("text"))
		e.Kind, e.At, e.Key = bot.CommandTyped, now, Platform+":command:"+digest(c.Get("trigger_id"))
		e.Text = strings.TrimSpace(c.Get("command") + " " + text)
		if root := c.Get("root_id"); model.IsValidId(root) {
			e.Thread = root
		}
		e.Trigger = trigger{dialog: c.Get("trigger_id"), hook: hookOf(c.Get("response_url"))}.String()
		return e
	}}
}
