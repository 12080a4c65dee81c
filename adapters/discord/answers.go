package discord

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"sereno/adapters/internal/waits"
	"sereno/bot"
)

// The ways of answering an interaction
// (https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type).
const (
	callbackMessage  = 4
	callbackThinking = 5
	callbackLater    = 6
	callbackChoices  = 8
	callbackModal    = 9
)

// followUp is how long an interaction can be answered.
const followUp = 15 * time.Minute

// kind is what somebody did: how it may be answered first depends on it.
type kind byte

const (
	byCommand     kind = 'c'
	byButton      kind = 'b'
	byForm        kind = 'f' // that a command opened
	byButtonsForm kind = 'm' // that a button opened
)

func (k kind) ofForm() bool { return k == byForm || k == byButtonsForm }

// later is the answer that promises another: what was done with a message needs
// no sign of it, what was typed shows "thinking…".
func (k kind) later() int {
	if k == byButton || k == byButtonsForm {
		return callbackLater
	}
	return callbackThinking
}

// trigger is what an event carries so that it can be answered.
type trigger struct {
	id, app, token string
	kind           kind
}

func (t trigger) String() string {
	return strings.Join([]string{t.id, t.app, string(t.kind), t.token}, ".")
}

func readTrigger(s string) (t trigger, ok bool) {
	p := strings.SplitN(s, ".", 4)
	if len(p) != 4 || !isSnowflake(p[0]) || !isSnowflake(p[1]) || len(p[2]) != 1 || !isToken(p[3]) {
		return t, false
	}
	return trigger{id: p[0], app: p[1], kind: kind(p[2][0]), token: p[3]}, true
}

// isToken reports whether s can stand in an address as it is.
func isToken(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.=~:") == ""
}

func (a *Adapter) old(t trigger) bool {
	return a.clock.Now().Sub(instant(t.id)) >= followUp-time.Minute/2
}

// pending are the interactions that still wait for their first answer, or show
// "thinking…".
type pending struct {
	mu   sync.Mutex
	open map[string]*awaited
	wg   sync.WaitGroup
}

// awaited is one of them. Its lock is held while it is being answered.
type awaited struct {
	mu       sync.Mutex
	answered bool
	thinking bool   // the first answer was a promise, which is still shown
	by       string // key of the delivery that gave the first answer
	done     chan struct{}
}

func (p *pending) begin(id string) *awaited {
	w := &awaited{done: make(chan struct{})}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open == nil {
		p.open = map[string]*awaited{}
	}
	p.open[id] = w
	return w
}

func (p *pending) get(id string) *awaited {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.open[id]
}

func (p *pending) end(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, id)
}

// wait returns when no interaction waits any more.
func (p *pending) wait() { p.wg.Wait() }

var errAnswered = errors.New("it was answered already")

// first gives the first answer on behalf of a delivery; the same delivery gave
// it when it comes again.
func (w *awaited) first(key string, answer func() error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.answered {
		if w.by == key {
			return nil
		}
		return unsendable(errAnswered)
	}
	if err := answer(); err != nil {
		return err
	}
	w.answered, w.by = true, key
	close(w.done)
	return nil
}

// await holds an interaction for a moment: a form must be the first answer, and
// a private answer looks best as that. Then it promises one, and takes the
// promise back when nothing came of it.
func (a *Adapter) await(ctx context.Context, w *awaited, t trigger, came time.Time) {
	a.pending.wg.Go(func() {
		defer a.pending.end(t.id)
		hold := time.NewTimer(a.tune.hold - time.Since(came))
		defer hold.Stop()
		select {
		case <-w.done:
			return
		case <-hold.C:
		case <-ctx.Done():
		}
		// Also when we are about to stop: the person should not see a failure.
		answer, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.tune.hold)
		defer cancel()
		if !a.promise(answer, w, t) {
			return
		}
		_ = waits.Sleep(ctx, a.tune.linger) // or until we stop
		a.takeBack(context.WithoutCancel(ctx), w, t)
	})
}

// promise gives an answer that says nothing, if there is none yet. It reports
// whether "thinking…" is shown since.
func (a *Adapter) promise(ctx context.Context, w *awaited, t trigger) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.answered {
		return false
	}
	w.answered = true
	var data any
	if t.kind.later() == callbackThinking {
		data = map[string]any{"flags": ephemeralFlag}
	}
	if err := a.respond(ctx, t, t.kind.later(), data, nil); err != nil {
		a.log.Warn("cannot acknowledge what somebody did; discord tells them that it failed", "err", err)
		return false
	}
	w.thinking = t.kind.later() == callbackThinking
	return w.thinking
}

// takeBack removes "thinking…" if nothing came of it; answers may still follow.
func (a *Adapter) takeBack(ctx context.Context, w *awaited, t trigger) {
	ctx, cancel := context.WithTimeout(ctx, a.tune.call)
	defer cancel()
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.thinking {
		return
	}
	w.thinking = false
	if err := a.call(ctx, request{method: http.MethodDelete, path: original(t), free: true}, nil); err != nil {
		a.log.Debug("cannot take a promise back", "err", err)
	}
}

// respond gives an interaction its first answer.
func (a *Adapter) respond(ctx context.Context, t trigger, way int, data any, files *files) error {
	body := map[string]any{"type": way}
	if data != nil {
		body["data"] = data
	}
	return a.call(ctx, request{
		method: http.MethodPost, path: "/interactions/" + t.id + "/" + t.token + "/callback", body: body, files: files, free: true,
	}, nil)
}

func webhook(t trigger) string  { return "/webhooks/" + t.app + "/" + t.token }
func original(t trigger) string { return webhook(t) + "/messages/@original" }

// private shows something to one person: in answer to what they did, where that
// can still be answered, else directly.
func (a *Adapter) private(ctx context.Context, d *bot.Delivery, parts []part) (bot.Receipt, error) {
	if !isSnowflake(d.User) {
		return bot.Receipt{}, unsendable(errors.New("no person to show it to"))
	}
	if t, ok := readTrigger(d.Trigger); ok && !a.old(t) {
		id, err := a.answer(ctx, d, t, parts)
		switch {
		case err == nil:
			return bot.Receipt{Channel: d.Channel, Message: id}, nil
		case refused(err) || refusedToken(err): // of an interaction that is over, or was never acknowledged
			a.log.Info("writing directly what cannot be answered in place", "reason", code(err))
		default:
			return bot.Receipt{}, a.failure("answer privately", err)
		}
	}
	there := *d
	there.Thread, there.Channel = bot.Ref{}, ""
	return a.direct(ctx, &there, parts)
}

// answer gives the parts as answers to an interaction.
func (a *Adapter) answer(ctx context.Context, d *bot.Delivery, t trigger, parts []part) (string, error) {
	var first string
	for i, p := range parts {
		body := p.payload()
		sent := uploads(d, p.files, body)
		id, err := a.answerOne(ctx, t, body, sent)
		if err != nil {
			return "", err
		}
		if i == 0 {
			first = id
		}
	}
	return first, nil
}

func (a *Adapter) answerOne(ctx context.Context, t trigger, body map[string]any, sent *files) (string, error) {
	flags, _ := body["flags"].(int)
	if w := a.pending.get(t.id); w != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		switch {
		case !w.answered:
			body["flags"] = flags | ephemeralFlag
			err := a.respond(ctx, t, callbackMessage, body, sent)
			if code(err) == alreadyAnswered { // by an attempt whose answer was lost
				err = nil
			}
			if err == nil {
				w.answered = true
				close(w.done)
			}
			return "", err
		case w.thinking:
			body["flags"] = flags
			var m message
			err := a.call(ctx, request{method: http.MethodPatch, path: original(t), body: body, files: sent, free: true}, &m)
			if err == nil {
				w.thinking = false
			}
			return m.ID, err
		}
	}
	body["flags"] = flags | ephemeralFlag
	var m message
	err := a.call(ctx, request{method: http.MethodPost, path: webhook(t) + "?wait=true", body: body, files: sent, free: true}, &m)
	return m.ID, err
}
