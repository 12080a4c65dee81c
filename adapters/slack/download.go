package slack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"sereno/bot"
)

var _ bot.FileSource = (*Adapter)(nil)

// attached puts the files of a message into the core's words. Of another
// organisation's file an event says only that files.info knows the rest; when
// that does not answer in time, the id must do.
func (a *Adapter) attached(ctx context.Context, files []file) []bot.File {
	var out []bot.File
	for _, f := range files {
		if f.Access == "check_file_info" {
			if info, err := a.fileInfo(ctx, f.ID, a.tune.lookup); err == nil {
				f = fromFile(info)
			} else {
				a.log.Warn("cannot learn what another organisation's file is", "file", f.ID, "err", err)
			}
		}
		if f.Mode == "tombstone" || f.Access == "access_denied" || f.Access == "file_not_found" {
			continue // it is gone, or not for us
		}
		out = append(out, bot.File{
			ID: f.ID, Platform: Platform, Name: firstOf(f.Name, f.Title, f.ID), URL: f.Permalink, Type: f.Type, Size: f.Size,
		})
	}
	return out
}

// OpenFile streams what somebody attached. Where it is, is asked of Slack each
// time (files.info), which is also how files of another organisation in a
// shared channel are reached (docs.slack.dev/apis/slack-connect). The client
// library sends the bot token to Slack's own hosts and the configured one alone,
// and with a redirection to nobody else.
//
// The context bounds the reading too. A deadline of the caller's should leave
// time for the content.
func (a *Adapter) OpenFile(ctx context.Context, f bot.File) (io.ReadCloser, error) {
	if f.ID == "" {
		return nil, unsendable(errors.New("a file without its id"))
	}
	info, err := a.fileInfo(ctx, f.ID, a.tune.call)
	if err != nil {
		return nil, a.failure("files.info of "+f.ID, err)
	}
	address := firstOf(info.URLPrivateDownload, info.URLPrivate)
	if info.IsExternal || address == "" || info.Mode == "tombstone" || info.Mode == "hidden_by_limit" {
		return nil, unsendable(fmt.Errorf("slack does not hold the content of file %s (mode %q)", f.ID, info.Mode))
	}
	return a.stream(ctx, address, info.Mimetype)
}

// fileInfo asks Slack about a file.
func (a *Adapter) fileInfo(ctx context.Context, id string, within time.Duration) (*slackgo.File, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	return call(ctx, a, turn{method: "files.info", patience: within}, func(ctx context.Context) (*slackgo.File, error) {
		f, _, _, err := a.api.GetFileInfoContext(ctx, id, 1, 1)
		return f, err
	})
}

// stream reads the address while somebody reads from it. It returns once the
// content has begun to come, so that a refusal is an error of the opening.
func (a *Adapter) stream(ctx context.Context, address, mediaType string) (io.ReadCloser, error) {
	ctx, cancel := context.WithCancel(ctx)
	r, w := io.Pipe()
	begun := make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		err := a.api.GetFileContext(ctx, address, &firstWrite{w: w, begun: begun, html: strings.HasPrefix(mediaType, "text/html")})
		w.CloseWithError(err) // io.EOF to the reader when nil
		ended <- err
	}()
	select {
	case <-begun:
		return &streaming{PipeReader: r, cancel: cancel, ended: ended}, nil
	case err := <-ended:
		cancel()
		if err == nil { // it is empty
			return io.NopCloser(bytes.NewReader(nil)), nil
		}
		return nil, a.unreadable(err)
	}
}

// unreadable tells what is known of a download that failed.
func (a *Adapter) unreadable(err error) error {
	if errors.Is(err, errSignIn) || strings.Contains(err.Error(), "sign-in page") {
		return unsendable(fmt.Errorf("slack shows its sign-in page instead of the file; has the bot the scope files:read? %w", err))
	}
	return a.failure("read the file", err)
}

// errSignIn: a page of HTML came where something else was announced.
var errSignIn = errors.New("a page came instead of the file")

// firstWrite tells when the content begins, and refuses the sign-in page.
type firstWrite struct {
	w     io.Writer
	begun chan struct{}
	html  bool // HTML is what was announced
	any   bool
}

func (f *firstWrite) Write(p []byte) (int, error) {
	if !f.any && len(p) > 0 {
		f.any = true
		if start := bytes.ToLower(bytes.TrimSpace(p[:min(len(p), 64)])); !f.html && bytes.HasPrefix(start, []byte("<!doctype html")) {
			return 0, errSignIn
		}
		close(f.begun)
	}
	return f.w.Write(p)
}

// streaming is a file that is being read; closing it ends the reading.
type streaming struct {
	*io.PipeReader
	cancel context.CancelFunc
	ended  chan error
}

func (s *streaming) Close() error {
	err := s.PipeReader.Close()
	s.cancel()
	s.ended <- <-s.ended // wait for the end of the reading, also when closed twice
	return err
}
