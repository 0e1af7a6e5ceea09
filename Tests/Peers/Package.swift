// swift-tools-version: 6.2
import PackageDescription

// The servers that `eco compare` measures its own models against. They are a package of their own so that whoever builds
// eco does not fetch and build what only a comparison needs.
//
// As in eco's own manifest, dependencies have exact versions, those of SwiftNIO included: a comparison can be repeated.
let swift: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "peers",
    products: [
        .executable(name: "bare-loop", targets: ["BareLoop"]),
        .executable(name: "nio-echo", targets: ["NIOEcho"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-atomics", exact: "1.3.0"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    ],
    targets: [
        // Its only source is a link to the yardstick of `make bench`: there is one bare loop, measured in both places, and
        // built for the processor that it is measured on.
        .executableTarget(
            name: "BareLoop",
            cSettings: [.unsafeFlags(["-O3", "-march=native", "-Wall", "-Wextra", "-Werror"])]),
        .executableTarget(
            name: "NIOEcho",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                // Nothing here imports these: SwiftNIO does. They are named so that their versions are exact, too.
                .product(name: "Atomics", package: "swift-atomics"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swift),
    ]
)
