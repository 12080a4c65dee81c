package demo

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// lines is where what a person types comes from; io.EOF ends it.
type lines interface {
	read(ctx context.Context, prompt string) (string, error)
}

// script reads lines that were written beforehand, and shows each after its
// prompt, so that what comes out reads as a conversation.
type script struct {
	in  *bufio.Scanner
	out io.Writer
}

// maxTyped is the longest line that is read, in bytes.
const maxTyped = 1 << 20

func newScript(in io.Reader, out io.Writer) *script {
	s := bufio.NewScanner(in)
	s.Buffer(nil, maxTyped)
	return &script{in: s, out: out}
}

func (s *script) read(ctx context.Context, prompt string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if !s.in.Scan() {
		if err := s.in.Err(); err != nil {
			return "", fmt.Errorf("read the script: %w", err)
		}
		return "", io.EOF
	}
	line := strings.TrimRight(strings.TrimPrefix(s.in.Text(), "\ufeff"), " \t\r")
	if _, err := fmt.Fprintln(s.out, strings.TrimRight(prompt+clean(line), " ")); err != nil {
		return "", err
	}
	return line, nil
}

// keyboard reads lines from a terminal, with history and completion.
type keyboard struct {
	terminal *term.Terminal
	size     func() (width, height int, err error)
}

// completer offers what the word before the cursor may become.
type completer func(line string) (start int, candidates []string)

func newKeyboard(rw io.ReadWriter, size func() (int, int, error), complete completer) *keyboard {
	k := &keyboard{terminal: term.NewTerminal(rw, ""), size: size}
	k.terminal.AutoCompleteCallback = func(line string, pos int, key rune) (string, int, bool) {
		if key != '\t' {
			return "", 0, false
		}
		return k.tab(line, pos, complete)
	}
	return k
}

// tab completes as far as all candidates agree, and lists them when that is
// no further than what is there.
func (k *keyboard) tab(line string, pos int, complete completer) (string, int, bool) {
	if pos > len(line) || !utf8.ValidString(line[:pos]) {
		return line, pos, true
	}
	start, candidates := complete(line[:pos])
	if len(candidates) == 0 {
		return line, pos, true
	}
	word := candidates[0]
	for _, c := range candidates[1:] {
		word = word[:agree(word, c)]
	}
	if len(candidates) == 1 {
		word += " "
	}
	if len(word) <= pos-start && len(candidates) > 1 {
		// The terminal holds its lock here; it shows the list once it is free.
		go func() { _, _ = fmt.Fprintln(k.terminal, strings.Join(candidates, "  ")) }()
		return line, pos, true
	}
	done := line[:start] + word
	return done + line[pos:], len(done), true
}

// agree is how many bytes, in whole letters, a and b begin with alike.
func agree(a, b string) int {
	n := 0
	for i, r := range a {
		size := utf8.RuneLen(r)
		if size < 0 || i+size > len(b) || a[i:i+size] != b[i:i+size] {
			break
		}
		n = i + size
	}
	return n
}

func (k *keyboard) read(ctx context.Context, prompt string) (string, error) {
	if w, h, err := k.size(); err == nil && w > 0 {
		if err := k.terminal.SetSize(w, h); err != nil {
			return "", fmt.Errorf("size the terminal: %w", err)
		}
	}
	k.terminal.SetPrompt(prompt)
	type typed struct {
		line string
		err  error
	}
	got := make(chan typed, 1) // so that a reader left behind at the end can finish
	go func() {
		line, err := k.terminal.ReadLine()
		if errors.Is(err, term.ErrPasteIndicator) {
			err = nil // what is pasted is typed
		}
		got <- typed{line, err}
	}()
	select {
	case t := <-got:
		return strings.TrimRight(t.line, " \t\r"), t.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// raw lets the terminal hand over every key, and answers how to undo it.
func raw(in *os.File) (restore func() error, err error) {
	fd := int(in.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return nil, fmt.Errorf("take over the terminal: %w", err)
	}
	return func() error { return term.Restore(fd, before) }, nil
}

// IsTerminal reports whether a person sits at the file.
func IsTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
