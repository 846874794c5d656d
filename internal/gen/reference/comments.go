package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/stance-sec/stance/internal/estate/schema"
)

const module = "github.com/stance-sec/stance/"

// comment is what the source says of a struct.
type comment struct {
	doc    string
	fields map[string]string
	embeds []string // full names of embedded structs
}

// comments are by full Go name, such as .../internal/source/aws/s3.Bucket.
type comments map[string]*comment

func readComments(roots ...string) (comments, error) {
	found := comments{}
	for _, root := range roots {
		err := filepath.WalkDir(root, func(file string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || path.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			found.read(module+filepath.ToSlash(filepath.Dir(file)), f)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (c comments) read(pkg string, f *ast.File) {
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.TYPE {
			continue
		}
		for _, s := range g.Specs {
			spec := s.(*ast.TypeSpec)
			body, ok := spec.Type.(*ast.StructType)
			if !ok {
				continue
			}
			doc := spec.Doc
			if doc == nil {
				doc = g.Doc
			}
			c[pkg+"."+spec.Name.Name] = structComment(pkg, doc, body)
		}
	}
}

func structComment(pkg string, doc *ast.CommentGroup, body *ast.StructType) *comment {
	c := &comment{doc: oneLine(doc.Text()), fields: map[string]string{}}
	for _, field := range body.Fields.List {
		text := field.Doc.Text()
		if text == "" {
			text = field.Comment.Text()
		}
		for _, name := range field.Names {
			c.fields[name.Name] = oneLine(text)
		}
		if name, ok := field.Type.(*ast.Ident); ok && len(field.Names) == 0 {
			c.embeds = append(c.embeds, pkg+"."+name.Name)
		}
	}
	return c
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// object returns what is said of a shape.
func (c comments) object(o *schema.ObjectType) string {
	if found := c[o.GoType]; found != nil {
		return found.doc
	}
	return ""
}

// field returns what is said of a field, also when it comes from an embedded struct.
func (c comments) field(goType, name string) string {
	found := c[goType]
	if found == nil {
		return ""
	}
	if text := found.fields[name]; text != "" {
		return text
	}
	for _, e := range found.embeds {
		if text := c.field(e, name); text != "" {
			return text
		}
	}
	return ""
}
