// A kubelet without a machine: Kubernetes' own code from the API server to its pages, on loopback, with the runtime that
// kubemark stands in for containerd, and with containers' figures out of a file instead of control groups.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	cadvisor "github.com/google/cadvisor/lib/model"
	"k8s.io/apimachinery/pkg/types"
	clientset "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/component-base/version"
	api "k8s.io/cri-api/pkg/apis/runtime/v1"
	cri "k8s.io/cri-client/pkg"
	"k8s.io/cri-client/pkg/fake"
	"k8s.io/klog/v2"
	cadvisortest "k8s.io/kubernetes/pkg/kubelet/cadvisor/testing"
	"k8s.io/kubernetes/pkg/kubelet/certificate"
	"k8s.io/kubernetes/pkg/kubelet/cm"
	"k8s.io/kubernetes/pkg/kubelet/metrics"
	"k8s.io/kubernetes/pkg/kubemark"
)

// figures answers cAdvisor's collector with what a file says now.
type figures struct {
	cadvisortest.Fake
	file string
}

func (f *figures) GetRequestedContainersInfo(string, cadvisor.RequestOptions) (map[string]*cadvisor.ContainerInfo, error) {
	told := map[string]*cadvisor.ContainerInfo{}
	text, err := os.ReadFile(f.file)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &told); err != nil {
		return nil, err
	}
	for _, one := range told {
		for _, stats := range one.Stats {
			stats.Timestamp = time.Now()
		}
	}
	return told, nil
}

func main() {
	name := flag.String("name", "node", "name of the node")
	kubeconfig := flag.String("kubeconfig", "", "how the API server is reached")
	root := flag.String("root", "", "folder of pods and volumes")
	containers := flag.String("containers", "", "file with the figures of containers")
	port := flag.Int("port", 0, "where the pages are, without any right being asked for")
	secure := flag.Int("secure-port", 0, "where they are with rights")
	pods := flag.Int("max-pods", 110, "pods the node takes")
	asked := flag.Bool("version", false, "say which Kubernetes this is")
	flag.Parse()
	if *asked {
		fmt.Println(version.Get().GitVersion)
		return
	}

	ctx := context.Background()
	access, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	must(err)
	client := clientset.NewForConfigOrDie(access)

	flags, config := kubemark.GetHollowKubeletConfig(&kubemark.HollowKubeletOptions{
		NodeName: *name, KubeletPort: *secure, KubeletReadOnlyPort: *port, MaxPods: *pods,
	})
	flags.RootDirectory = *root
	config.PodLogsDir = filepath.Join(*root, "logs")
	config.Address = "127.0.0.1"
	config.HealthzPort = 0
	config.VolumeStatsAggPeriod.Duration = time.Second
	config.SyncFrequency.Duration = time.Second

	// Families that exist once something has happened, or once certificates are rotated, which hollow kubelets do not do.
	_, err = certificate.NewKubeletClientCertificateManager(*root, types.NodeName(*name), nil, nil, "", "", nil)
	must(err)
	metrics.Register()
	metrics.Evictions.WithLabelValues("memory.available").Add(0)

	endpoint, err := fake.GenerateEndpoint()
	must(err)
	runtime := fake.NewFakeRemoteRuntime()
	must(runtime.Start(endpoint))
	go measure(ctx, runtime)
	service, err := cri.NewRemoteRuntimeServiceBuilder().WithEndpoint(endpoint).WithConnectionTimeout(15 * time.Second).Build(ctx)
	must(err)

	told := &figures{Fake: cadvisortest.Fake{NodeName: *name}, file: *containers}
	kubemark.NewHollowKubelet(
		flags, config, client, client, told, runtime.ImageService, service, cm.NewStubContainerManager(),
	).Run(ctx)
}

// measure says of every container what a runtime would, so that the kubelet counts its pod.
func measure(ctx context.Context, runtime *fake.RemoteRuntime) {
	for range time.Tick(time.Second) {
		containers, err := runtime.RuntimeService.ListContainers(ctx, nil)
		must(err)
		told := make([]*api.ContainerStats, 0, len(containers))
		for _, one := range containers {
			known := &api.ContainerAttributes{Id: one.Id, Metadata: one.Metadata, Labels: one.Labels}
			told = append(told, &api.ContainerStats{Attributes: known})
		}
		runtime.RuntimeService.SetFakeContainerStats(told)
	}
}

func must(err error) {
	if err != nil {
		klog.Fatal(err)
	}
}
