package slack

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"sereno/adapters/slack/slacktest"
	"sereno/bot"
)

// attachments are files of which the contents can be read as often as need be.
func attachments(d *bot.Delivery, contents map[string]string) {
	byHash := map[string]string{}
	for name, content := range contents {
		a := bot.Attachment{Name: name, Type: "text/plain", Hash: fmt.Sprintf("%x", sha256.Sum256([]byte(content))), Size: int64(len(content))}
		byHash[a.Hash] = content
		d.Message.Files = append(d.Message.Files, a)
	}
	slices.SortFunc(d.Message.Files, func(x, y bot.Attachment) int { return strings.Compare(x.Name, y.Name) })
	d.Open = func(_ context.Context, a bot.Attachment) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(byHash[a.Hash])), nil
	}
}

// shared are the names of the files of each message of ours that has any.
func shared(w *world, channel string) (out [][]string) {
	for _, m := range w.slack.Messages(channel) {
		var names []string
		for _, f := range m.Files {
			names = append(names, f["name"].(string))
		}
		if names != nil {
			out = append(out, names)
		}
	}
	return out
}

func TestFilesAreSharedBelowTheMessage(t *testing.T) {
	w := newWorld(t)
	root := w.missed("", "no anda")[0]
	d := bot.Delivery{Kind: bot.Post, Channel: "C1", Thread: bot.Ref{Message: root}, Message: bot.Message{From: "María", Text: "así se ve"}}
	attachments(&d, map[string]string{"app.log": strings.Repeat("línea\n", 5000), "b.txt": "b"})
	r, err := w.deliver(d)
	if err != nil {
		t.Fatal(err)
	}
	said := w.slack.Messages("C1")
	if len(said) != 3 || said[1].TS != r.Message || !strings.Contains(said[1].Text, "María") || said[2].Thread != root {
		t.Errorf("there is %+v", said)
	}
	if got := shared(w, "C1"); len(got) != 1 || !slices.Equal(got[0], []string{"app.log", "b.txt"}) {
		t.Errorf("shared are %v", got)
	}
	for _, f := range said[2].Files {
		if want := map[any]int{"app.log": 35000, "b.txt": 1}[f["name"]]; f["size"] != want {
			t.Errorf("%s has %d bytes", f["name"], f["size"])
		}
	}
}

func TestADoubtfulMessageWithFilesIsThereOnce(t *testing.T) {
	lost := slacktest.Fault{Lost: true, Done: true}
	for name, fail := range map[string]struct {
		method string
		fault  slacktest.Fault
	}{
		"the answer to the message was lost":           {"chat.postMessage", lost},
		"the answer to the sharing was lost":           {"files.completeUploadExternal", lost},
		"the sharing failed":                           {"files.completeUploadExternal", slacktest.Fault{Status: 503}},
		"the upload failed":                            {"upload", slacktest.Fault{Status: 500}},
		"the address for the upload could not be had":  {"files.getUploadURLExternal", slacktest.Fault{Error: "internal_error"}},
		"slack asked to wait before the sharing":       {"files.completeUploadExternal", slacktest.Fault{Status: 429, RetryAfter: "1"}},
		"nothing failed and yet it was asked for anew": {"", slacktest.Fault{}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.missed("", "antes")
			d := bot.Delivery{Kind: bot.Post, Channel: "C1", Message: bot.Message{Text: "así"}}
			attachments(&d, map[string]string{"a.png": "aaa", "b.txt": "b"})
			if fail.method != "" {
				w.slack.Fail(fail.method, fail.fault)
			}
			_, err := w.deliver(d)
			if (err == nil) != (fail.method == "") {
				t.Fatalf("the first attempt: %v", err)
			}
			var known *bot.DeliveryError
			if errors.As(err, &known) && known.Permanent {
				t.Fatalf("it was given up: %v", err)
			}
			w.missed("", "después")
			d.Doubtful = true
			if _, err := w.deliver(d); err != nil {
				t.Fatal(err)
			}
			if got := shared(w, "C1"); len(got) != 1 || !slices.Equal(got[0], []string{"a.png", "b.txt"}) || w.slack.Copies()["key-1"] != 1 {
				t.Errorf("shared are %v, copies %v", got, w.slack.Copies())
			}
		})
	}
}

func TestFilesThatSlackDoesNotTakeAreNamed(t *testing.T) {
	for name, c := range map[string]struct {
		method, code string
	}{
		"a scope is missing":                    {"files.getUploadURLExternal", "missing_scope"},
		"there is no more room":                 {"files.getUploadURLExternal", "storage_limit_reached"},
		"the other organisation wants no files": {"files.completeUploadExternal", "slack_connect_file_upload_sharing_blocked"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.slack.Fail(c.method, slacktest.Fault{Error: c.code})
			d := bot.Delivery{Kind: bot.Post, Channel: "C1", Message: bot.Message{Text: "así"}}
			attachments(&d, map[string]string{"a <!here>.png": "aaa"})
			if _, err := w.deliver(d); err != nil {
				t.Fatal(err)
			}
			said := w.slack.Messages("C1")
			if len(said) != 2 || !strings.Contains(said[1].Text, "a &lt;!here&gt;.png") || len(shared(w, "C1")) > 0 {
				t.Errorf("there is %+v", said)
			}
		})
	}
	w := newWorld(t)
	gone := bot.Delivery{Kind: bot.Post, Channel: "C2", Message: bot.Message{Text: "así"}}
	attachments(&gone, map[string]string{"gone.png": "aaa"})
	gone.Open = func(context.Context, bot.Attachment) (io.ReadCloser, error) { return nil, bot.ErrNotFound }
	if _, err := w.deliver(gone); err != nil || !strings.Contains(w.slack.Messages("C2")[1].Text, "gone.png") {
		t.Errorf("a content that is kept no more: %v", err)
	}
	d := bot.Delivery{Kind: bot.Ephemeral, Channel: "C1", User: "UANA"}
	attachments(&d, map[string]string{"a.png": "aaa", "empty": ""})
	if _, err := w.deliver(d); err != nil {
		t.Fatal(err)
	}
	if m := w.slack.Messages("C1")[0]; m.Ephemeral != "UANA" || !strings.Contains(m.Text, "a.png") || !strings.Contains(m.Text, "empty") {
		t.Errorf("there is %+v", m)
	}
}

func TestAFileIsRead(t *testing.T) {
	long := strings.Repeat("0123456789", 50000)
	for name, c := range map[string]struct {
		file  slacktest.File
		set   setting
		fault map[string]slacktest.Fault
		// "" reads it; else why not
		refused string
		passing bool
	}{
		"a short one":                       {file: slacktest.File{Name: "a.txt", Type: "text/plain", Content: []byte("ay")}},
		"a long one":                        {file: slacktest.File{Name: "a.txt", Type: "text/plain", Content: []byte(long)}},
		"an empty one":                      {file: slacktest.File{Name: "a.txt", Type: "text/plain", Content: []byte{}}},
		"a page of HTML":                    {file: slacktest.File{Name: "a.html", Type: "text/html", Content: []byte("<!DOCTYPE html><p>hola")}},
		"another organisation's":            {file: slacktest.File{Name: "a.txt", Type: "text/plain", Content: []byte("ay"), Foreign: true}},
		"one that lives elsewhere":          {file: slacktest.File{Name: "a", External: true}, refused: "does not hold"},
		"a page where a picture was said":   {file: slacktest.File{Name: "a.png", Type: "image/png", Content: []byte(" <!doctype HTML>")}, refused: "sign-in"},
		"without the scope":                 {file: slacktest.File{Name: "a.txt"}, set: without("files:read"), refused: "missing_scope"},
		"slack stumbles":                    {file: slacktest.File{Name: "a.txt"}, fault: map[string]slacktest.Fault{"files.info": {Status: 503}}, refused: "503", passing: true},
		"slack asks to wait":                {file: slacktest.File{Name: "a.txt"}, fault: map[string]slacktest.Fault{"files.info": {Status: 429, RetryAfter: "3"}}, refused: "limit", passing: true},
		"it was deleted before it was read": {file: slacktest.File{Name: "a.txt"}, fault: map[string]slacktest.Fault{"files.info": {Error: "file_deleted"}}, refused: "file_deleted"},
	} {
		t.Run(name, func(t *testing.T) {
			var settings []setting
			if c.set != nil {
				settings = append(settings, c.set)
			}
			w := newWorld(t, settings...)
			c.file.ID = "F1"
			w.slack.AddFile(c.file)
			for method, f := range c.fault {
				w.slack.Fail(method, f)
			}
			r, err := w.a.OpenFile(t.Context(), bot.File{ID: "F1", Platform: Platform})
			if c.refused != "" {
				var known *bot.DeliveryError
				if !errors.As(err, &known) || known.Permanent == c.passing || !strings.Contains(err.Error(), c.refused) || strings.Contains(err.Error(), "xoxb") {
					t.Fatalf("the error is %#v: %v", err, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if err != nil || string(got) != string(c.file.Content) {
				t.Errorf("read %d bytes: %v", len(got), err)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// without takes a scope away.
func without(scope string) setting {
	return func(o *slacktest.Options, _ *Config, _ *Options, _ *tuning) {
		o.Scopes = slices.DeleteFunc(o.Scopes, func(s string) bool { return s == scope })
	}
}

func TestOfAFileNoMoreIsReadThanIsWanted(t *testing.T) {
	w := newWorld(t)
	w.slack.AddFile(slacktest.File{ID: "F1", Name: "a", Type: "text/plain", Content: make([]byte, 16<<20)})
	r, err := w.a.OpenFile(t.Context(), bot.File{ID: "F1"})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.ReadFull(r, make([]byte, 10)); n != 10 || err != nil {
		t.Errorf("read %d: %v", n, err)
	}
	for range 2 {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := w.a.OpenFile(t.Context(), bot.File{Name: "nameless"}); err == nil {
		t.Error("a file without an id was opened")
	}
}

func TestTheTokenGoesToSlackAlone(t *testing.T) {
	w := newWorld(t)
	for _, address := range []string{
		"http://127.0.0.1:1/files/F1", "https://files.slack.com.evil.example/x", "http://files.slack.com/x", "https://evil.example/?slack.com", "file:///etc/passwd", "",
	} {
		if _, err := w.a.stream(t.Context(), address, "image/png"); err == nil || !strings.Contains(err.Error(), "refusing") && address != "" {
			t.Errorf("%q: %v", address, err)
		}
	}
}
