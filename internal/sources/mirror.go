package sources

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/kb"
)

const (
	// lookEvery is how often the files' sizes and times are looked at. Looking works
	// on folders of other machines, which tell nobody of changes.
	lookEvery = 2 * time.Second
	// readEvery is how often their contents are, for a change that shows in neither.
	readEvery = time.Minute
	// pullEvery is how often a checkout is brought up to date.
	pullEvery = time.Minute
	// patience is how often in a row something must fail before people are told.
	patience = 3
)

// Mirror takes sources in, and again whenever they change.
type Mirror struct {
	// Take takes in what was read, and says whether all of it was: what others had in its
	// place is tried again once they may have it no more. An error means that it is tried
	// again at once.
	Take func(ctx context.Context, s config.Source, from bot.Reading) (whole bool, err error)
	// Failed is called when a source cannot be read as a whole, or brought up to date:
	// once, until it can.
	Failed func(ctx context.Context, s config.Source, wrong kb.Mistake)
	// Now is the time; nil: time.Now.
	Now func() time.Time

	looking sync.Mutex // one looks at a time
	company *company.Company
	all     []*watched
}

// watched is a source and what is known of it.
type watched struct {
	config.Source
	// taken and last are the fingerprints of what was taken in last, and of what was
	// seen last.
	taken, last string
	contents    string
	// partly: not all of it was taken in.
	partly   bool
	readAt   time.Time
	pulledAt time.Time
	// unread and unpulled count the failures in a row.
	unread, unpulled int
}

// Set puts other sources in the place of those that were there, and takes in at once
// all but those that are pulled first. Articles may name whom the company has; nil:
// anybody.
func (m *Mirror) Set(ctx context.Context, all []config.Source, c *company.Company) {
	m.looking.Lock()
	defer m.looking.Unlock()
	m.all, m.company = nil, c
	for _, s := range all {
		w := &watched{Source: s}
		m.all = append(m.all, w)
		if s.Pull {
			continue // what lies there may be older than what another replica has taken in
		}
		print, err := fingerprint(s.Path, false)
		if err != nil {
			w.unread = patience - 1 // nothing is there from the first: no blink of a network
			m.unreadable(ctx, w, err)
			continue
		}
		m.take(ctx, w, print)
	}
}

// Run looks again and again until ctx ends.
func (m *Mirror) Run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		m.Look(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Look takes in the sources that have changed, and have been still since the last
// look: what is half written waits.
func (m *Mirror) Look(ctx context.Context) {
	m.looking.Lock()
	defer m.looking.Unlock()
	for _, w := range m.all {
		if ctx.Err() == nil {
			m.look(ctx, w)
		}
	}
}

func (m *Mirror) look(ctx context.Context, w *watched) {
	m.pull(ctx, w)
	print, err := fingerprint(w.Path, false)
	if err == nil && m.now().Sub(w.readAt) >= readEvery && w.taken != "" {
		var contents string
		if contents, err = fingerprint(w.Path, true); w.partly || err == nil && contents != w.contents {
			w.taken = ""
		}
		w.readAt = m.now()
	}
	switch {
	case err != nil:
		m.unreadable(ctx, w, err)
	case print == w.taken:
		w.unread, w.last = 0, print
	case print != w.last:
		w.last = print
	default:
		m.take(ctx, w, print)
	}
}

// take reads a source and hands it over.
func (m *Mirror) take(ctx context.Context, w *watched, print string) {
	contents, err := fingerprint(w.Path, true)
	var from bot.Reading
	if err == nil {
		from, err = Read(ctx, w.Source, m.company)
	}
	if err != nil {
		m.unreadable(ctx, w, err)
		return
	}
	w.unread, w.last = 0, print
	whole, err := m.Take(ctx, w.Source, from)
	if err != nil {
		return
	}
	w.taken, w.contents, w.partly, w.readAt = print, contents, !whole, m.now()
	for _, other := range m.all {
		if other != w && other.partly { // what it lacks may be free now
			other.taken, other.partly = "", false
		}
	}
}

func (m *Mirror) unreadable(ctx context.Context, w *watched, err error) {
	w.taken = "" // it is read again when it is back
	if w.unread++; w.unread == patience && ctx.Err() == nil {
		m.Failed(ctx, w.Source, kb.Wrong(w.Path, 0, "nothing can be read there (%s): its articles stay as they were", err.Error()))
	}
}

func (m *Mirror) pull(ctx context.Context, w *watched) {
	if !w.Pull || m.now().Sub(w.pulledAt) < pullEvery {
		return
	}
	w.pulledAt = m.now()
	err := pull(ctx, w.Path)
	if err == nil {
		w.unpulled = 0
		return
	}
	if w.unpulled++; w.unpulled == patience && ctx.Err() == nil {
		m.Failed(ctx, w.Source, kb.Wrong(w.Path, 0, "it cannot be brought up to date: %s", err.Error()))
	}
}

func (m *Mirror) now() time.Time {
	if m.Now == nil {
		return time.Now()
	}
	return m.Now()
}

// fingerprint tells whether files below the path have changed: by their sizes and
// times, or by their contents.
func fingerprint(root string, contents bool) (string, error) {
	info, err := os.Stat(root)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	dir, only, at := root, "", "."
	if !info.IsDir() {
		dir, only = filepath.Dir(root), filepath.Base(root)
		at = only
	}
	folder, closed, err := open(dir, only)
	if err != nil {
		return "", err
	}
	defer closed()
	err = fs.WalkDir(folder, at, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case kb.Hidden(name) && d.IsDir():
			return fs.SkipDir
		case d.IsDir() || kb.Hidden(name) || filepath.Ext(name) != ".md" && !isPage(name):
			return nil
		}
		info, err := fs.Stat(folder, name)
		switch {
		case errors.Is(err, fs.ErrNotExist): // gone since, or a link to nothing
			return nil
		case err != nil: // such as a link out of the folder: a reading says what is wrong
			fmt.Fprintf(h, "%s\x00%v\x00", name, err)
			return nil
		}
		fmt.Fprintf(h, "%s\x00%d\x00", name, info.Size())
		if !contents || !info.Mode().IsRegular() {
			fmt.Fprintf(h, "%d\x00", info.ModTime().UnixNano())
			return nil
		}
		f, err := folder.Open(name)
		if err != nil {
			fmt.Fprint(h, err) // a reading says what is wrong with it
			return nil
		}
		defer f.Close()
		_, err = io.Copy(h, io.LimitReader(f, maxPage+1)) // of more, nothing is taken
		return err
	})
	return string(h.Sum(nil)), err
}
