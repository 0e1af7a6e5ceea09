// swift-tools-version: 6.2
import PackageDescription

// Two mechanisms of this manifest carry weight:
//
// * `-cross-module-optimization` specialises the reactor's generic code inside the server (release builds). A dispatch
//   through an unspecialised protocol witness costs several times as much; Docs/architecture.md says how it is checked.
// * `CLINUX_SEAM` sends every system call through a table in debug builds, which the tests replace. Release builds call
//   libc, and have no table.
//
// Dependencies are named by exact versions, those of dependencies included: the same commit builds the same program, wherever
// and whenever. DEVELOPERS.md says how one is changed.
let swift: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

let package = Package(
    name: "eco",
    products: [
        .executable(name: "eco", targets: ["eco"])
    ],
    dependencies: [
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    ],
    targets: [
        .target(
            name: "CLinux",
            cSettings: [
                .define("CLINUX_SEAM", .when(configuration: .debug)),
                .unsafeFlags(["-Wall", "-Wextra", "-Werror"]),
            ]),
        .target(
            name: "LinuxIO",
            dependencies: ["CLinux", .product(name: "SystemPackage", package: "swift-system")],
            swiftSettings: swift),
        .target(name: "Statistics", swiftSettings: swift),
        .target(name: "Support", dependencies: ["LinuxIO"], swiftSettings: swift),
        .target(name: "ServerHarness", dependencies: ["LinuxIO", "Support"], swiftSettings: swift),
        // Optimised in debug builds, too, so that tests go through the code that serves.
        .target(
            name: "CASCII",
            cSettings: [
                .unsafeFlags(["-O2"], .when(configuration: .debug)),
                .unsafeFlags(["-Wall", "-Wextra", "-Werror"]),
            ]),
        .target(name: "EcoProtocol", dependencies: ["CASCII"], swiftSettings: swift),
        .target(
            name: "Reactor",
            dependencies: ["LinuxIO", .product(name: "SystemPackage", package: "swift-system")],
            swiftSettings: swift),
        .target(
            name: "EcoServer",
            dependencies: [
                "EcoProtocol", "LinuxIO", "Reactor", "Support",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swift),
        .target(
            name: "EcoCheck",
            dependencies: [
                "EcoProtocol", "LinuxIO", "ServerHarness", "Statistics", "Support",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swift),
        .target(
            name: "EcoLoad",
            dependencies: [
                "EcoProtocol", "LinuxIO", "Reactor", "ServerHarness", "Statistics", "Support",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
                // Nothing here imports it: Histogram does. It is named so that its version is exact, too.
                .product(name: "Numerics", package: "swift-numerics"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swift),
        .target(
            name: "EcoLab",
            dependencies: ["EcoCheck", "EcoLoad", "LinuxIO", "ServerHarness", "Statistics", "Support"],
            swiftSettings: swift),
        .executableTarget(
            name: "eco",
            dependencies: [
                "EcoCheck", "EcoLab", "EcoLoad", "EcoProtocol", "EcoServer", "LinuxIO", "ServerHarness",
                "Support",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swift),
        .target(name: "CountAllocations", path: "Tests/CountAllocations"),
        .testTarget(name: "CASCIITests", dependencies: ["CASCII"], swiftSettings: swift),
        .testTarget(
            name: "EcoProtocolTests", dependencies: ["CASCII", "CountAllocations", "EcoProtocol", "Support"],
            swiftSettings: swift),
        .testTarget(name: "StatisticsTests", dependencies: ["Statistics"], swiftSettings: swift),
        .testTarget(name: "ServerHarnessTests", dependencies: ["LinuxIO", "ServerHarness"], swiftSettings: swift),
        .testTarget(name: "SupportTests", dependencies: ["LinuxIO", "Support"], swiftSettings: swift),
        .target(
            name: "SimulatedKernel", dependencies: ["CLinux", "LinuxIO", "Support"], path: "Tests/SimulatedKernel",
            swiftSettings: swift),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "CLinux", "EcoLoad", "EcoProtocol", "EcoServer", "LinuxIO", "Reactor", "SimulatedKernel",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swift),
        .target(
            name: "TestSupport", dependencies: ["CountAllocations", "EcoServer", "LinuxIO"], path: "Tests/TestSupport",
            swiftSettings: swift),
        .testTarget(
            name: "ConformanceTests",
            dependencies: [
                "CLinux", "CountAllocations", "EcoProtocol", "EcoServer", "LinuxIO", "Reactor", "SimulatedKernel",
                "TestSupport", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift),
        .testTarget(
            name: "EcoCheckTests",
            dependencies: ["EcoCheck", "EcoServer", "LinuxIO", "ServerHarness", "Support", "TestSupport", "eco"],
            swiftSettings: swift),
        .testTarget(
            name: "EcoLoadTests",
            dependencies: [
                "EcoLoad", "EcoProtocol", "LinuxIO", "ServerHarness", "SimulatedKernel", "Support", "TestSupport",
                "eco",
            ],
            swiftSettings: swift),
        .testTarget(
            name: "EcoLabTests",
            dependencies: [
                "EcoCheck", "EcoLab", "EcoLoad", "LinuxIO", "ServerHarness", "Support", "TestSupport", "eco",
            ],
            swiftSettings: swift),
        .testTarget(
            name: "CommandTests", dependencies: ["EcoServer", "LinuxIO", "TestSupport", "eco"], swiftSettings: swift),
        .testTarget(
            name: "LinuxIOTests",
            dependencies: [
                "CLinux", "LinuxIO", "TestSupport", .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swift),
        .testTarget(
            name: "ReactorTests", dependencies: ["LinuxIO", "Reactor", "SimulatedKernel", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "EcoTests",
            dependencies: [
                "EcoLoad", "EcoServer", "LinuxIO", "TestSupport", "eco",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: swift),
        .testTarget(
            name: "EcoServerTests",
            dependencies: ["EcoProtocol", "EcoServer", "LinuxIO", "Reactor", "TestSupport"],
            swiftSettings: swift),
    ]
)

// `ECO_TESTS` names the test targets to build, for runs of some of them under a sanitizer or with a mutant. The executable is not built
// then: it takes as long as all the rest, and tests that start it are not among those.
if let wanted = Context.environment["ECO_TESTS"]?.split(separator: ",").map(String.init) {
    let commands = ["eco", "EcoCheck", "EcoLab"]
    package.products = []
    package.targets.removeAll { commands.contains($0.name) || $0.type == .test && !wanted.contains($0.name) }
    for target in package.targets {
        target.dependencies.removeAll { if case .byNameItem(name: "eco", condition: _) = $0 { true } else { false } }
    }
}
