package discord

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sereno/bot"
)

// What Discord takes of files
// (https://docs.discord.com/developers/reference#uploading-files): 10 MiB each
// unless the server is boosted, 25 MiB in a call, ten in a message.
const (
	maxFile   = 10 << 20
	maxUpload = 24 << 20
	maxFiles  = 10
)

// slowest is the speed at which an upload is given up, in bytes a second.
const slowest = 100 << 10

// files are what is sent beside a message.
type files struct {
	all  []bot.Attachment
	open func(context.Context, bot.Attachment) (io.ReadCloser, error)
}

// uploads names the files in the message's body; nil when there are none.
func uploads(d *bot.Delivery, all []bot.Attachment, body map[string]any) *files {
	if len(all) == 0 {
		return nil
	}
	var named []any
	for i, f := range all {
		named = append(named, map[string]any{"id": i, "filename": fileName(f.Name)})
	}
	body["attachments"] = named
	return &files{all, d.Open}
}

// fileName is a name without anything that a header or a path could be made of.
func fileName(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\"<>:|?*`, r) {
			return '_'
		}
		return r
	}, oneLine(s))
	return firstOf(cut(strings.Trim(s, ". "), 200), "file")
}

// time is how long the upload may take besides the call itself.
func (f *files) time() time.Duration {
	var sum int64
	for _, one := range f.all {
		sum += one.Size
	}
	return time.Duration(sum/slowest) * time.Second
}

// form is a body of the kind multipart/form-data, which is read from the files as
// it is sent: none of them is held in memory.
type form struct {
	io.Reader
	contentType string
	length      int64
	opened      *openFile
}

// openFile is the file that is being sent.
type openFile struct {
	ctx  context.Context
	open func(context.Context, bot.Attachment) (io.ReadCloser, error)
	now  io.ReadCloser
}

func (f *files) form(ctx context.Context, message []byte) *form {
	var head bytes.Buffer
	w := multipart.NewWriter(&head)
	out := &form{contentType: w.FormDataContentType(), opened: &openFile{ctx: ctx, open: f.open}}
	var parts []io.Reader
	flush := func() {
		out.length += int64(head.Len())
		parts = append(parts, bytes.NewReader(bytes.Clone(head.Bytes())))
		head.Reset()
	}
	begin := func(name, filename, kind string) {
		h := textproto.MIMEHeader{}
		disposition := `form-data; name="` + name + `"`
		if filename != "" {
			disposition += `; filename="` + filename + `"`
		}
		h.Set("Content-Disposition", disposition)
		h.Set("Content-Type", kind)
		_, _ = w.CreatePart(h) // writes to memory
	}
	begin("payload_json", "", "application/json")
	head.Write(message)
	for i, one := range f.all {
		begin("files["+strconv.Itoa(i)+"]", fileName(one.Name), mediaType(one.Type))
		flush()
		parts = append(parts, &content{out.opened, one, false})
		out.length += one.Size
	}
	_ = w.Close() // writes to memory
	flush()
	out.Reader = io.MultiReader(parts...)
	return out
}

func mediaType(s string) string {
	if s == "" || strings.ContainsAny(s, "\r\n") {
		return "application/octet-stream"
	}
	return s
}

// Close closes what is open. It may be called more than once.
func (f *form) Close() error {
	if f.opened.now != nil {
		_ = f.opened.now.Close() // it was only read
		f.opened.now = nil
	}
	return nil
}

// content is one file, opened when its turn comes.
type content struct {
	*openFile
	file  bot.Attachment
	begun bool
}

func (c *content) Read(p []byte) (int, error) {
	if !c.begun {
		if c.open == nil {
			return 0, &unsentError{errors.New("nobody can open the file " + c.file.Name)}
		}
		r, err := c.open(c.ctx, c.file)
		if err != nil {
			return 0, &unsentError{fmt.Errorf("open %s to send it: %w", c.file.Name, err)}
		}
		c.now, c.begun = r, true
	}
	n, err := c.now.Read(p)
	if err == io.EOF {
		_ = c.now.Close() // it was only read
		c.now = nil
	}
	return n, err
}

// file is an attachment in the core's words. Its ID says where to ask again, for
// addresses of attachments are good for a day only.
func (a *Adapter) file(channel, message string, f attachment) bot.File {
	return bot.File{
		Name: f.Name, URL: f.URL, Platform: Platform, Type: f.Type, Size: f.Size,
		ID: strings.Join([]string{channel, message, f.ID}, "/"),
	}
}

// OpenFile streams what somebody attached. The address is taken from the
// message again, and followed only where the platform keeps attachments; our
// token is not sent there.
func (a *Adapter) OpenFile(ctx context.Context, f bot.File) (io.ReadCloser, error) {
	at := strings.Split(f.ID, "/")
	if len(at) != 3 || !isSnowflake(at[0]) || !isSnowflake(at[1]) || !isSnowflake(at[2]) {
		return nil, unsendable(fmt.Errorf("%q names no attachment of discord's", f.ID))
	}
	address, err := a.attachmentAt(ctx, at[0], at[1], at[2])
	if err != nil {
		return nil, a.failure("find the attachment "+f.Name, err)
	}
	if !a.keepsFiles(address) {
		return nil, unsendable(errors.New("discord names an address for the attachment that is not its own"))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, unsendable(errors.New("discord names no address for the attachment"))
	}
	req.Header.Set("User-Agent", userAgent)
	client := *a.api.Client
	client.Timeout = 0 // ctx is the limit
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := client.Do(req)
	if err != nil {
		return nil, a.failure("read the attachment "+f.Name, withoutAddress(err))
	}
	if answer.StatusCode != http.StatusOK {
		_ = answer.Body.Close() // not wanted
		gone := answer.StatusCode >= 400 && answer.StatusCode < 500 && answer.StatusCode != http.StatusTooManyRequests
		return nil, &bot.DeliveryError{Permanent: gone, Err: fmt.Errorf("read the attachment %s: %s", f.Name, answer.Status)}
	}
	return answer.Body, nil
}

// attachmentAt is the attachment's present address.
func (a *Adapter) attachmentAt(ctx context.Context, channel, message, id string) (string, error) {
	m, err := a.fetch(ctx, channel, message)
	if err != nil {
		return "", err
	}
	all := m.Files
	for _, s := range m.Snapshots {
		all = append(all, s.Message.Files...)
	}
	for _, f := range all {
		if f.ID == id {
			return f.URL, nil
		}
	}
	return "", unsendable(errors.New("it is not attached to the message any more"))
}

// keepsFiles reports whether attachments may be read there: from Discord's own
// servers, or from the host of the API that was configured.
func (a *Adapter) keepsFiles(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return false
	}
	api, err := url.Parse(a.config.APIURL)
	if err == nil && u.Host == api.Host {
		return u.Scheme == api.Scheme
	}
	return u.Scheme == "https" && (u.Host == "cdn.discordapp.com" || u.Host == "media.discordapp.net")
}
