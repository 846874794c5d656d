package ecr

import (
	"context"
	"slices"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Repository is a private registry's place for the images of one program.
type Repository struct {
	// URI is the name by which images are pulled.
	URI string `json:"uri"`
	// TagMutability is MUTABLE when a tag can be moved to another image, IMMUTABLE when it
	// cannot, or one of both _WITH_EXCLUSION.
	TagMutability string `json:"tag_mutability"`
	// Encryption is AES256 for keys of ECR, KMS or KMS_DSSE.
	Encryption string `json:"encryption"`
	// KMSKey is the key; empty for the keys of ECR.
	KMSKey string `json:"kms_key"`
	// Scanning is what the registry's rules and the repository's own switch come to, as
	// ECR itself works it out.
	Scanning Scanning `json:"scanning"`
	// RegistryScanType is BASIC for vulnerabilities of the operating system only, or
	// ENHANCED for those of languages as well.
	RegistryScanType string `json:"registry_scan_type"`
	// Policy is who may pull and push besides the identities of its own account; absent
	// when there is none.
	Policy *policydoc.Document `json:"policy,omitempty"`
	// Lifecycle is whether rules remove old images.
	Lifecycle bool `json:"lifecycle"`

	scanningError error
}

// Scanning is how images of a repository are looked through for vulnerabilities.
type Scanning struct {
	// OnPush is whether an image is scanned when it arrives.
	OnPush bool `json:"on_push"`
	// Frequency is SCAN_ON_PUSH, CONTINUOUS_SCAN or MANUAL.
	Frequency string `json:"frequency"`
}

var repository = source.Type[*aws.Session, Repository]{
	Name:     "aws_ecr_repository",
	Service:  "ecr",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeRepositories", Permission: "ecr:DescribeRepositories"},
		{Op: "BatchGetRepositoryScanningConfiguration", Permission: "ecr:BatchGetRepositoryScanningConfiguration", Fills: []string{"scanning"}},
		{Op: "GetRegistryScanningConfiguration", Permission: "ecr:GetRegistryScanningConfiguration", Fills: []string{"registry_scan_type"}},
		{Op: "GetRepositoryPolicy", Permission: "ecr:GetRepositoryPolicy", Fills: []string{"policy"}},
		{Op: "GetLifecyclePolicy", Permission: "ecr:GetLifecyclePolicy", Fills: []string{"lifecycle"}},
		{Op: "ListTagsForResource", Permission: "ecr:ListTagsForResource", Fills: []string{"tags"}},
	},
	Refresh: []string{
		"CreateRepository", "DeleteRepository", "PutImageScanningConfiguration", "PutRegistryScanningConfiguration",
		"PutImageTagMutability", "SetRepositoryPolicy", "DeleteRepositoryPolicy", "PutLifecyclePolicy", "DeleteLifecyclePolicy",
		"TagResource", "UntagResource",
	},
	Gone:   []string{"RepositoryNotFoundException"},
	List:   listRepositories,
	Detail: readRepository,
	Facets: repositoryFacets,
}

// batch is the number of repositories that one call tells the scanning of.
const batch = 25

func listRepositories(ctx context.Context, s *aws.Session, found func(*source.Draft[Repository])) error {
	size := int32(1000)
	pages := sdk.NewDescribeRepositoriesPaginator(client(s), &sdk.DescribeRepositoriesInput{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for chunk := range slices.Chunk(page.Repositories, batch) {
			scanning, err := scanningOf(ctx, s, chunk)
			for _, r := range chunk {
				d := draftRepository(r)
				d.Config.Scanning, d.Config.scanningError = scanning[aws.Value(r.RepositoryName)], err
				found(d)
			}
		}
	}
	return nil
}

// scanningOf returns the scanning of a batch of repositories by name.
func scanningOf(ctx context.Context, s *aws.Session, repositories []types.Repository) (map[string]Scanning, error) {
	var names []string
	for _, r := range repositories {
		names = append(names, aws.Value(r.RepositoryName))
	}
	out, err := client(s).BatchGetRepositoryScanningConfiguration(ctx, &sdk.BatchGetRepositoryScanningConfigurationInput{RepositoryNames: names})
	if aws.IsCode(err, "RepositoryNotFoundException") {
		return nil, estate.Errorf(estate.CodeUnavailable, "read the scanning of a batch", "one of its repositories is gone")
	}
	if err != nil {
		return nil, err
	}
	scanning := map[string]Scanning{}
	for _, c := range out.ScanningConfigurations {
		scanning[aws.Value(c.RepositoryName)] = Scanning{OnPush: c.ScanOnPush, Frequency: string(c.ScanFrequency)}
	}
	return scanning, nil
}

func draftRepository(r types.Repository) *source.Draft[Repository] {
	d := &source.Draft[Repository]{ID: aws.Value(r.RepositoryArn), Name: aws.Value(r.RepositoryName), Created: aws.Value(r.CreatedAt).In(time.UTC)}
	d.Config = Repository{URI: aws.Value(r.RepositoryUri), TagMutability: string(r.ImageTagMutability), Encryption: string(types.EncryptionTypeAes256)}
	if e := r.EncryptionConfiguration; e != nil {
		d.Config.Encryption, d.Config.KMSKey = string(e.EncryptionType), aws.Value(e.KmsKey)
	}
	return d
}
