public import LinuxIO

public enum ThreadsModel: ConcurrencyModel {
    public static let names = ["threads"]
    public static let tier = ModelTier.lesson
    public static let summary = "x"

    public static func serve(_ service: Service, at listeners: Listeners) throws(SystemError) -> ServerOutcome {
        .drained
    }
}
