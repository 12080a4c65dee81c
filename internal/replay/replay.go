// Package replay plays a file of events, one JSON object a line with its own
// instants, and writes down as JSON Lines everything that the bot does. The
// same input gives the same output, byte for byte.
package replay

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"sereno/adapters/console"
	"sereno/bot/company"
	"sereno/bot/text"
	"sereno/internal/stage"
)

// MaxLine is the longest line that is read, in bytes.
const MaxLine = 1 << 20

// LineError is a line that could not be taken: a mistake in the file.
type LineError struct {
	Line int // from 1
	Err  error
}

func (e *LineError) Error() string { return e.In(company.English) }

// In is the mistake with its line, in the language.
func (e *LineError) In(lang company.Lang) string {
	return text.T(lang, "replay.line", "line", e.Line, "wrong", text.Told(lang, e.Err))
}

func (e *LineError) Unwrap() error { return e.Err }

// Open sets a stage whose clock stands at start.
type Open func(start time.Time, show func(console.Record)) (*stage.Stage, error)

// Options say how a file is played.
type Options struct {
	// State asks for how things stand, as the last line.
	State bool
}

// Run plays the lines of in and writes what happens to out, line by line as it
// happens. A *LineError is a mistake in the input; what came before it has been
// played and written.
func Run(ctx context.Context, in io.Reader, out io.Writer, open Open, o Options) (err error) {
	r := &run{out: bufio.NewWriter(out), open: open}
	defer func() { err = errors.Join(err, r.finish()) }()
	lines := bufio.NewReaderSize(in, MaxLine+2) // a line of MaxLine with \r\n fits
	for number := 1; ; number++ {
		data, err := lines.ReadSlice('\n')
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			return fmt.Errorf("read line %d: %w", number, err)
		}
		last := errors.Is(err, io.EOF)
		line := bytes.TrimSpace(data)
		if number == 1 {
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		}
		if len(line) > MaxLine || errors.Is(err, bufio.ErrBufferFull) {
			return &LineError{number, text.NewError("replay.long")}
		}
		if len(line) > 0 {
			if err := r.line(ctx, number, line); err != nil {
				return err
			}
		}
		if last && r.stage == nil {
			return &LineError{number, text.NewError("replay.nothing", "example", example)}
		}
		if last {
			break
		}
	}
	if o.State {
		return r.state(ctx)
	}
	return nil
}

// run is one file being played.
type run struct {
	out   *bufio.Writer
	open  Open
	stage *stage.Stage
	werr  error // the first failure to write, met while showing
}

func (r *run) line(ctx context.Context, number int, data []byte) error {
	s, err := parse(data)
	if err != nil {
		return &LineError{number, err}
	}
	if err := r.move(ctx, s.at); err != nil {
		var early *earlyError
		if errors.As(err, &early) {
			return &LineError{number, err}
		}
		return fmt.Errorf("line %d: %w", number, err)
	}
	if err := r.act(ctx, s); err != nil {
		var p *console.Problem
		if errors.As(err, &p) {
			return &LineError{number, err}
		}
		return fmt.Errorf("line %d: %w", number, err)
	}
	if err := r.stage.Settle(ctx); err != nil {
		return fmt.Errorf("line %d: %w", number, err)
	}
	return r.flush()
}

// earlyError is a line whose instant cannot be.
type earlyError struct{ error }

func (e *earlyError) Unwrap() error { return e.error }

// move brings the clock to the line's instant.
func (r *run) move(ctx context.Context, at time.Time) error {
	switch {
	case r.stage == nil && at.IsZero():
		return &earlyError{text.NewError("replay.first", "example", example)}
	case r.stage == nil:
		s, err := r.open(at, r.show)
		if err != nil {
			return err
		}
		r.stage = s
		return nil
	case at.IsZero():
		return nil
	case at.Before(r.stage.Now()):
		now := r.stage.Now().Format(time.RFC3339Nano)
		return &earlyError{text.NewError("replay.early", "at", at.Format(time.RFC3339Nano), "now", now)}
	}
	return r.stage.Approach(ctx, at)
}

// act lets somebody do what the line says. What falls due at this very instant
// comes after it, unless the line answers to just that.
func (r *run) act(ctx context.Context, s step) error {
	err := r.do(ctx, s)
	var p *console.Problem
	if !errors.As(err, &p) {
		return err
	}
	if err := r.stage.Settle(ctx); err != nil {
		return err
	}
	return r.do(ctx, s)
}

// press presses the button that the person could see; failing that the newest
// that carries it and went to somebody else: the file says that it was pressed.
func (r *run) press(ctx context.Context, s step) (err error) {
	p, message := r.stage.Platform, s.to
	if message == "" {
		message, err = p.FindButton(s.user, s.press, s.incident)
	}
	if err == nil {
		if err = p.Press(ctx, s.user, message, s.press); err == nil {
			return nil
		}
	}
	if _, unknown := p.Person(s.user); unknown != nil {
		return unknown
	}
	var missing *console.Problem
	if errors.As(err, &missing) {
		if hidden, ok := p.FindHiddenButton(s.press, s.incident, s.to); ok {
			return p.PressHidden(ctx, s.user, hidden, s.press)
		}
	}
	return err
}

func (r *run) do(ctx context.Context, s step) (err error) {
	p, at := r.stage.Platform, console.Place{Channel: s.channel, Thread: s.thread}
	if err := r.sameChannel(s); err != nil {
		return err
	}
	switch s.does {
	case "text":
		_, err = p.Say(ctx, s.user, at, s.text)
	case "command":
		err = p.Command(ctx, s.user, at, s.command)
	case "press":
		err = r.press(ctx, s)
	case "react":
		err = p.React(ctx, s.user, s.to, s.react)
	case "form":
		err = p.Submit(ctx, s.user, s.form, s.incident, s.fields)
	case "edit":
		err = p.Edit(ctx, s.user, s.edited, s.text)
	case "delete":
		err = p.Delete(ctx, s.user, s.deleted)
	case "open":
		err = p.OpenIncident(ctx, s.user, s.openFrom)
	}
	return err
}

// sameChannel sees that a line which names a message names no other channel.
func (r *run) sameChannel(s step) error {
	for _, id := range []string{s.to, s.edited, s.deleted, s.openFrom} {
		if id == "" || s.channel == "" {
			continue
		}
		if m, ok := r.stage.Message(id); ok && m.Channel != s.channel {
			return &console.Problem{Kind: console.Elsewhere, Name: id, Where: m.Channel}
		}
	}
	return nil
}

func (r *run) show(rec console.Record) {
	if err := r.write(render(rec)); err != nil && r.werr == nil {
		r.werr = err
	}
}

func (r *run) write(v any) error {
	enc := json.NewEncoder(r.out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write the output: %w", err)
	}
	return nil
}

func (r *run) flush() error {
	if r.werr != nil {
		return r.werr
	}
	if err := r.out.Flush(); err != nil {
		return fmt.Errorf("write the output: %w", err)
	}
	return nil
}

func (r *run) state(ctx context.Context) error {
	state, err := r.stage.State(ctx)
	if err != nil {
		return fmt.Errorf("tell how things stand: %w", err)
	}
	return r.write(state)
}

func (r *run) finish() error {
	err := r.flush()
	if r.stage != nil {
		err = errors.Join(err, r.stage.Close())
	}
	return err
}
