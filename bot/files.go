package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
	"unicode"

	"github.com/gabriel-vasile/mimetype"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/text"
)

// Attachments are kept with the incident: fetched from the platform once the
// message is ours (an errand of the outbox, so that a restart or a platform that
// is away only delays it), judged by what they are and not by their names,
// stored by their content's hash, and shown under the card. Nothing of them is
// ever executed, unpacked or rendered here.

// attached notes the event's attachments with the incident and has them fetched.
// public: the customer sees them, or is to.
func (d *Desk) attached(inc *incident.Incident, public bool) error {
	e := d.event
	for _, f := range e.Files {
		f.Name, f.Platform = fileName(f.Name), e.Platform
		kept := &KeptFile{
			Incident: inc.Number, Platform: e.Platform, Channel: e.Channel, Message: e.Message,
			Author: d.author(), At: d.at, Staff: d.ours(), Public: public, Source: f, State: FileAwaited,
		}
		if reason := d.unwanted(f.Type, f.Size); reason != "" {
			kept.State = FileRefused
			if err := d.tx.AddFile(d.ctx, kept); err != nil {
				return err
			}
			if err := d.fileNotKept(inc, *kept, reason); err != nil {
				return err
			}
			continue
		}
		if err := d.tx.AddFile(d.ctx, kept); err != nil {
			return err
		}
		if _, err := d.say(Delivery{
			Kind: Fetch, Platform: e.Platform, Channel: e.Channel, Incident: inc.ID(), File: kept.ID,
		}); err != nil {
			return err
		}
	}
	return nil
}

// unwanted says why a file is not kept, a key of the catalogue; "" when it is. A
// type or size that the platform did not name is judged when the content is there.
func (d *Desk) unwanted(mediaType string, size int64) string {
	switch rules := d.company.Files; {
	case size > rules.MaxSize:
		return "file.too_large"
	case mediaType != "" && mediaType != unknownType && !rules.Allows(mediaType):
		return "file.type"
	}
	return ""
}

// unknownType is the media type of a content that tells nothing about itself.
const unknownType = "application/octet-stream"

// fileName is a name without folders and without what does not show, at most
// 120 characters, its extension kept.
func fileName(s string) string {
	s = path.Base(strings.ReplaceAll(s, `\`, "/"))
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s))
	if s == "" || s == "." || s == "/" || s == ".." {
		return "file"
	}
	const most = 120
	if r := []rune(s); len(r) > most {
		ext := []rune(path.Ext(s))
		if len(ext) > 16 {
			ext = nil
		}
		s = string(r[:most-len(ext)]) + string(ext)
	}
	return s
}

// errUnwanted: the content is not to be kept; its text is a key of the catalogue.
type errUnwanted string

func (e errUnwanted) Error() string { return string(e) }

// fetch runs the errand of one attachment: it streams the content from the
// platform into the store and then settles what became of it.
func (b *Bot) fetch(ctx context.Context, out *Delivery) error {
	var f *KeptFile
	err := b.Store.View(ctx, func(tx Tx) (err error) {
		f, err = tx.FileAt(ctx, out.File)
		return err
	})
	if errors.Is(err, ErrNotFound) || err == nil && f.State != FileAwaited {
		return nil // taken back, or settled by an earlier attempt
	}
	if err != nil {
		return &DeliveryError{NotSent: true, Err: err}
	}
	f.Attachment, err = b.take(ctx, f.Source)
	var unwanted errUnwanted
	switch {
	case err == nil:
		return b.fileSettled(ctx, *f, FileKept, "")
	case errors.As(err, &unwanted):
		return b.fileSettled(ctx, *f, FileRefused, string(unwanted))
	}
	return err
}

// fileLost settles an attachment whose errand was given up.
func (b *Bot) fileLost(ctx context.Context, tx Tx, out *Delivery, now time.Time) error {
	f, err := tx.FileAt(ctx, out.File)
	if errors.Is(err, ErrNotFound) || err == nil && f.State != FileAwaited {
		return nil
	}
	if err != nil {
		return err
	}
	d := b.desk(ctx, tx, nil, now)
	if err := d.fileBecame(*f, FileLost, "file.lost"); err != nil {
		return err
	}
	return d.finish()
}

// take streams a content into the store.
func (b *Bot) take(ctx context.Context, f File) (Attachment, error) {
	source, ok := b.adapters[f.Platform].(FileSource)
	if !ok {
		return Attachment{}, &DeliveryError{Permanent: true, Err: fmt.Errorf("%s hands no files out", f.Platform)}
	}
	content, err := source.OpenFile(ctx, f)
	if err != nil {
		return Attachment{}, err
	}
	defer content.Close() // read only: nothing is lost
	rules := b.company.Load().Files
	head, kind, err := sniff(content)
	if err != nil {
		return Attachment{}, fmt.Errorf("read %s: %w", f.ID, err)
	}
	if !rules.Allows(kind) {
		return Attachment{}, errUnwanted("file.type")
	}
	hash, size, err := b.Store.PutFile(ctx, io.MultiReader(bytes.NewReader(head), content), rules.MaxSize)
	if errors.Is(err, ErrTooLarge) {
		return Attachment{}, errUnwanted("file.too_large")
	}
	return Attachment{Name: f.Name, Type: kind, Hash: hash, Size: size}, err
}

// sniffed is how much of a content tells its type.
const sniffed = 3072

// sniff reads the beginning of a content and tells its media type, without
// parameters. A content that breaks off is an error, not a short one.
func sniff(r io.Reader) (head []byte, kind string, err error) {
	head, err = io.ReadAll(io.LimitReader(r, sniffed))
	if err != nil {
		return nil, "", err
	}
	kind, _, _ = strings.Cut(mimetype.Detect(head).String(), ";")
	return head, kind, nil
}

// fileSettled records what became of an attachment, and shows it.
func (b *Bot) fileSettled(ctx context.Context, f KeptFile, state FileState, reason string) error {
	now := b.Clock.Now()
	err := b.Store.Update(ctx, func(tx Tx) error {
		d := b.desk(ctx, tx, nil, now)
		current, err := tx.FileAt(ctx, f.ID)
		if err != nil || current.State != FileAwaited {
			return err // taken back meanwhile
		}
		current.Attachment = f.Attachment // it may belong to another incident by now
		if err := d.fileBecame(*current, state, reason); err != nil {
			return err
		}
		return d.finish()
	})
	if err != nil {
		return &DeliveryError{NotSent: true, Err: fmt.Errorf("keep attachment %d: %w", f.ID, err)}
	}
	return nil
}

func (d *Desk) fileBecame(f KeptFile, state FileState, reason string) error {
	inc, err := d.survivor(f.Incident)
	if err != nil {
		return err
	}
	if state == FileKept {
		full, err := d.filesFull(f)
		if err != nil {
			return err
		}
		if full {
			state, reason, f.Attachment = FileRefused, "file.incident_full", Attachment{}
		}
	}
	f.State = state
	if err := d.tx.SaveFile(d.ctx, f); err != nil {
		return err
	}
	if state != FileKept {
		return d.fileNotKept(inc, f, reason)
	}
	err = d.record(inc, incident.Entry{Kind: incident.EFile, Actor: f.Author, At: f.At, Text: f.Attachment.Name, Value: string(state), Message: f.Message})
	if err != nil {
		return err
	}
	return d.showFile(inc, f)
}

// filesFull reports whether the incident has no room for one more.
func (d *Desk) filesFull(f KeptFile) (bool, error) {
	all, err := d.tx.FilesOf(d.ctx, f.Incident)
	sum := f.Attachment.Size
	for _, other := range all {
		if other.State == FileKept {
			sum += other.Attachment.Size
		}
	}
	return sum > d.company.Files.PerIncident, err
}

// showFile hands the file to the other side of the bridge: the team sees what was
// attached in front of the customer, the customer what one of ours attached in
// reply mode.
func (d *Desk) showFile(inc *incident.Incident, f KeptFile) error {
	m := Message{From: d.fullName(f.Author), Files: []Attachment{f.Attachment}}
	c := Copy{Platform: f.Platform, Channel: f.Channel, Message: f.Message, Incident: inc.Number, Author: f.Author}
	atCustomers := f.Platform == inc.Platform && f.Channel == inc.Channel
	var err error
	switch {
	case !f.Public:
		return nil // it is in the card's thread, where it belongs
	case f.Staff && !atCustomers:
		c.Customer, m.From = true, d.name(f.Author)
		c.Delivery, err = d.say(d.toCustomer(inc, purposeAnswer, m))
	case d.relays(inc):
		c.Delivery, err = d.toTeamAs(inc, true, purposeRelay, func(company.Lang) Message { return m })
	}
	if err != nil || c.Delivery == 0 {
		return err
	}
	return d.tx.AddCopy(d.ctx, c)
}

// fileNotKept tells our own people of an attachment that is not there, and where
// it still can be seen.
func (d *Desk) fileNotKept(inc *incident.Incident, f KeptFile, reason string) error {
	err := d.record(inc, incident.Entry{Kind: incident.EFile, Actor: f.Author, At: f.At, Text: f.Source.Name, Value: string(f.State), Message: f.Message})
	if err != nil {
		return err
	}
	d.underCard(inc, func() error {
		_, err := d.toTeamAs(inc, true, purposeTold, func(lang company.Lang) Message {
			m := Message{Tone: Warning, Text: text.T(lang, reason, "name", d.fullName(f.Author), "file", f.Source.Name,
				"size", text.Size(f.Source.Size), "max", text.Size(d.company.Files.MaxSize))}
			if f.Source.URL != "" {
				m.Items = []Item{{Title: f.Source.Name, URL: f.Source.URL}}
			}
			return m
		})
		return err
	})
	return nil
}

// eraseFiles drops what was attached to a message that was taken back.
func (d *Desk) eraseFiles(m *Said) error {
	files, err := d.tx.FilesWith(d.ctx, m.Platform, m.Channel, m.ID)
	if err != nil {
		return err
	}
	for _, f := range files {
		f.State, f.Attachment = FileErased, Attachment{}
		if err := d.tx.SaveFile(d.ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// moveFiles lets what is attached to a message follow it to another incident.
func (d *Desk) moveFiles(m Said, to *incident.Incident) error {
	files, err := d.tx.FilesWith(d.ctx, m.Platform, m.Channel, m.ID)
	if err != nil {
		return err
	}
	for _, f := range files {
		f.Incident = to.Number
		if err := d.tx.SaveFile(d.ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// maxFiles bounds what is sent at once to somebody who asks for an incident's files.
const maxFiles = 10

// Files sends the actor the files of an incident, in a message of their own.
// Agents.
func (d *Desk) Files(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	all, err := d.tx.FilesOf(d.ctx, inc.Number)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return Refuse("refuse.no_files", "id", inc.ID())
	}
	lang := d.Lang()
	m := Message{Title: text.T(lang, "files.title", "id", inc.ID(), "n", len(all))}
	for _, f := range all {
		m.Items = append(m.Items, Item{Title: f.Source.Name, Body: text.T(lang, "files.line",
			"name", d.name(f.Author), "when", d.stampIn(lang, f.At, d.zone()),
			"size", text.Size(max(f.Attachment.Size, f.Source.Size)), "state", text.T(lang, "file.state."+string(f.State)))})
		if f.State == FileKept && len(m.Files) < maxFiles {
			m.Files = append(m.Files, f.Attachment)
		}
	}
	_, err = d.say(Delivery{
		Kind: Direct, Platform: d.event.Platform, User: d.event.User, Incident: inc.ID(), Purpose: purposeTold, Message: m,
	})
	if err != nil {
		return err
	}
	if !d.event.Direct {
		return d.done("done.files_sent", "id", inc.ID())
	}
	return nil
}

// withoutErased names what was taken back before it could be sent. Its copy, which
// holds up those behind it, is withdrawn after it.
func (b *Bot) withoutErased(ctx context.Context, m Message) (Message, error) {
	var kept []Attachment
	for _, f := range m.Files {
		content, err := b.Store.OpenFile(ctx, f.Hash)
		switch {
		case errors.Is(err, ErrNotFound):
			m.Items = append(m.Items, Item{Title: f.Name, Body: text.Size(f.Size)})
			continue
		case err != nil:
			return m, err
		}
		content.Close() // it was only looked for
		kept = append(kept, f)
	}
	m.Files = kept
	return m, nil
}

// withoutFiles says in words what a platform cannot carry.
func (m Message) withoutFiles() Message {
	for _, f := range m.Files {
		m.Items = append(m.Items[:len(m.Items):len(m.Items)], Item{Title: f.Name, Body: text.Size(f.Size)})
	}
	m.Files = nil
	return m
}
